// For everybody: no serious finding of axe-core in light and in dark, nothing that scrolls sideways on the narrowest phone.

using Microsoft.Playwright;

namespace TinyGrepServer.Tests.Web;

[TestClass]
public sealed class AccessibilitySpecs
{
    const string Home = "/";
    const string Answer = "/?q=needle&context=1&ignore_case=1";
    const string Long = "/?q=far";
    const string Reader = "/d/nasty.txt?q=needle#L3";
    const string Refused = "/?q=%5C(";
    const string Folder = "/files/notes/";
    const string Api = "/api/v1/web";
    const string Nothing = "/?q=no+such+(words|here)&in=many.txt";

    static BrowserTest<TestServer> test = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        test = await PagesTest.StartAsync();
        test.Folder.Write($"d/{new string('n', 100)}.txt", new string('n', 3_000) + "\n");
    }

    [ClassCleanup]
    public static async Task StopAsync() => await test.DisposeAsync();

    [TestMethod, Timeout(120_000)]
    [DataRow(Home, ColorScheme.Light)]
    [DataRow(Home, ColorScheme.Dark)]
    [DataRow(Answer, ColorScheme.Light)]
    [DataRow(Answer, ColorScheme.Dark)]
    [DataRow(Reader, ColorScheme.Light)]
    [DataRow(Reader, ColorScheme.Dark)]
    [DataRow(Refused, ColorScheme.Light)]
    [DataRow(Refused, ColorScheme.Dark)]
    [DataRow(Folder, ColorScheme.Light)]
    [DataRow(Folder, ColorScheme.Dark)]
    [DataRow(Api, ColorScheme.Light)]
    [DataRow(Api, ColorScheme.Dark)]
    [DataRow(Nothing, ColorScheme.Light)]
    [DataRow(Nothing, ColorScheme.Dark)]
    public async Task Axe_finds_nothing_serious(string path, ColorScheme scheme)
    {
        await using var visit = await test.VisitAsync(path, new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await OpenEverythingAsync(visit);

        Assert.AreEqual("", await Axe.FindingsAsync(visit.Page));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Home), DataRow(Answer), DataRow(Long), DataRow(Reader), DataRow("/?q=nnn"), DataRow(Folder), DataRow(Api), DataRow(Nothing)]
    public async Task At_no_width_does_anything_scroll_sideways_and_nothing_complains(string path)
    {
        await using var visit = await test.VisitAsync(path, new() { ViewportSize = new() { Width = 320, Height = 640 } });
        await OpenEverythingAsync(visit);

        foreach (var width in (int[])[320, 800, 1400])
        {
            await visit.Page.SetViewportSizeAsync(width, 640);
            Assert.IsLessThanOrEqualTo(width, await visit.Page.EvaluateAsync<int>("document.scrollingElement.scrollWidth"));
        }
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Light_and_dark_follow_the_system()
    {
        await using var light = await test.VisitAsync(Home, new() { ColorScheme = ColorScheme.Light });
        await using var dark = await test.VisitAsync(Home, new() { ColorScheme = ColorScheme.Dark });

        const string Brightness = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g)"
            + ".slice(0, 3).reduce((sum, part) => sum + Number(part), 0)";
        Assert.IsGreaterThan(600, await light.Page.EvaluateAsync<int>(Brightness));
        Assert.IsLessThan(150, await dark.Page.EvaluateAsync<int>(Brightness));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Each_control_shows_where_the_focus_is()
    {
        await using var visit = await test.VisitAsync(Answer);
        await Assertions.Expect(visit.Page.Locator("#tools")).ToBeVisibleAsync();

        HashSet<string> seen = [];
        for (var at = 0; at < 20; at++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            var name = await visit.Page.EvaluateAsync<string>("document.activeElement.outerHTML");
            var visible = await visit.Page.EvaluateAsync<bool>(
                """
                [document.activeElement, document.activeElement.nextElementSibling].some(one =>
                  one && one.matches(':focus-visible, :focus-visible + *') && getComputedStyle(one).outlineStyle === 'solid')
                """);
            if (name.StartsWith("<body", StringComparison.Ordinal)) break;
            Assert.IsTrue(visible, name);
            seen.Add(name);
        }

        Assert.IsGreaterThan(12, seen.Count);
    }

    static async Task OpenEverythingAsync(Visit visit)
    {
        if (await visit.Page.Locator("#shelf").CountAsync() == 0) return;
        await Assertions.Expect(visit.Page.Locator("#tools:visible, #shelf:visible, #status.alarm").First).ToBeVisibleAsync();
        await visit.Page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");
    }
}
