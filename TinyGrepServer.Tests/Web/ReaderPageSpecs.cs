// The reader: lines under their own numbers, however far inside.

using static Microsoft.Playwright.Assertions;

namespace TinyGrepServer.Tests.Web;

[TestClass]
public sealed class ReaderPageSpecs
{
    static BrowserTest<TestServer> test = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        test = await PagesTest.StartAsync();
        var lines = Enumerable.Range(1, 200_000).Select(number => $"this is line {number} of a larger dictionary\n");
        test.Folder.Write("d/large.txt", string.Concat(lines));
    }

    [ClassCleanup]
    public static async Task StopAsync() => await test.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task An_anchor_alone_leads_to_its_line()
    {
        await using var visit = await test.VisitAsync("/d/large.txt#L150000");

        await Expect(visit.Page.Locator("li:target .text")).ToHaveTextAsync("this is line 150000 of a larger dictionary");
        await Expect(visit.Page.Locator("li:target")).ToBeInViewportAsync();
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Windows_follow_each_other_without_a_script()
    {
        await using var visit = await test.VisitAsync("/d/large.txt", new() { JavaScriptEnabled = false });

        await visit.Page.Locator("a[rel=next]").First.ClickAsync();
        await Expect(visit.Page.Locator("#lines li .text").First).ToHaveTextAsync("this is line 501 of a larger dictionary");
        await visit.Page.Locator("#from").FillAsync("199990");
        await visit.Page.GetByText("Go", new() { Exact = true }).ClickAsync();
        await visit.SaysAsync("Lines 199,990 to 200,000 of 200,000");
        Assert.AreEqual(0, await visit.Page.Locator("a[rel=next]").CountAsync());
        await visit.Page.Locator("a[rel=prev]").First.ClickAsync();

        await visit.SaysAsync("Lines 199,490 to 199,989 of 200,000");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lines_that_look_like_markup_are_text_and_a_long_line_says_that_it_goes_on()
    {
        test.Folder.Write("d/long.txt", $"{PagesTest.Script}\n{new string('z', 40_000)}\n");
        await using var visit = await test.VisitAsync("/d/long.txt");

        var lines = visit.Page.Locator("#lines .text");

        await Expect(lines.First).ToHaveTextAsync(PagesTest.Script);
        await Expect(lines.Last).ToContainTextAsync("the line goes on");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task It_searches_in_its_own_dictionary()
    {
        await using var visit = await test.VisitAsync("/d/notes/2024/a%20b%20%26%20%3Cc%3E.txt");

        await visit.Page.Keyboard.PressAsync("/");
        await visit.Page.Keyboard.TypeAsync("needle");
        await visit.Page.Keyboard.PressAsync("Enter");

        await visit.SaysAsync("2 matches. That is all.");
        await Expect(visit.Page.Locator("#chosen")).ToHaveTextAsync("notes/2024/a b & <c>.txt");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/d/missing.txt", "There is no dictionary")]
    [DataRow("/d/many.txt?from=x", "must be an integer")]
    [DataRow("/d/many.txt?from=251", "There is no line 251; the last one is 250.")]
    [DataRow("/d/%3Cb%3Ex%3C/b%3E", "There is no dictionary")]
    public async Task What_is_not_there_is_said(string path, string expected)
    {
        using var reply = await test.Server.Http.GetAsync(path);
        var page = await reply.Content.ReadAsStringAsync();

        StringAssert.Contains(page, expected, StringComparison.Ordinal);
        Assert.IsFalse(page.Contains("<b>", StringComparison.Ordinal));
        Assert.AreEqual("text/html; charset=utf-8", reply.Content.Headers.ContentType!.ToString());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Where_a_token_is_wanted_it_is_asked_for_and_the_page_turns_with_it()
    {
        await using var visit = await test.VisitAsync("/d/large.txt");
        await visit.Page.RouteAsync("**/d/large.txt*", async route =>
        {
            var reply = await route.FetchAsync();
            var page = (await reply.TextAsync()).Replace("<html ", "<html data-refused=\"401\" ", StringComparison.Ordinal);
            await route.FulfillAsync(new() { Response = reply, Body = page });
        });
        await visit.NeedTokenAsync();

        await visit.Page.ReloadAsync();
        await visit.SaysAsync("A token is needed.");
        await visit.Page.Locator("#token").FillAsync("secret");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SaysAsync("Lines 1 to 500 of 200,000");
        await visit.Page.GetByText("Next", new() { Exact = true }).First.ClickAsync();

        await visit.SaysAsync("Lines 501 to 1,000 of 200,000");
    }
}
