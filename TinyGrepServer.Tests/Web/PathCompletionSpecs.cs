// The field "in" completed with a pointer: names with blanks are quoted, and what is in a folder goes on inside of the quotes.

using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TinyGrepServer.Tests.Web;

[TestClass]
public sealed class PathCompletionSpecs
{
    static BrowserTest<TestServer> test = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => test = await BrowserTest<TestServer>.StartAsync(
        folder =>
        {
            folder.Write("d/my notes/a first one.txt", "a needle\n");
            folder.Write("d/my notes/second.txt", "a needle\n");
            folder.Write("d/others.txt", "a needle\n");
            return TestServer.StartAsync("--dicts", Path.Join(folder.Path, "d"));
        },
        server => server.Url);

    [ClassCleanup]
    public static async Task StopAsync() => await test.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task Names_with_blanks_are_taken_in_quotes()
    {
        await using var visit = await test.VisitAsync("/?q=needle&mode=fixed");
        var field = visit.Page.Locator("#in");
        await visit.SaysAsync("3 matches in 3 files");

        await field.PressSequentiallyAsync("!oth");
        await Option(visit, "others.txt").ClickAsync();
        await Expect(field).ToHaveValueAsync("!others.txt ");
        await field.PressSequentiallyAsync("my");
        await Option(visit, "my notes/").ClickAsync();
        await Expect(field).ToHaveValueAsync("!others.txt \"my notes/\"");
        await visit.SaysAsync("2 matches in 2 files");
        await field.PressSequentiallyAsync("a");
        await Option(visit, "my notes/a first one.txt").ClickAsync();

        await Expect(field).ToHaveValueAsync("!others.txt \"my notes/a first one.txt\" ");
        await visit.SaysAsync("1 match. That is all.");
        await Expect(field).ToBeFocusedAsync();
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Half_a_path_is_not_searched_while_its_completions_are_on_their_way()
    {
        await using var visit = await test.VisitAsync("/?q=needle&mode=fixed");
        await visit.IsDrawnAsync();
        var late = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/api/v1/dictionaries?*", async route =>
        {
            await late.Task;
            await route.ContinueAsync();
        });

        await visit.Page.Locator("#in").PressSequentiallyAsync("oth");
        await visit.Page.WaitForTimeoutAsync(1_500); // the subject: twice as long as a search waits for the next key
        late.SetResult();

        await Expect(Option(visit, "others.txt")).ToBeVisibleAsync();
        visit.AssertQuiet(); // a search in "oth" would have been a 404
    }

    static ILocator Option(Visit visit, string text) => visit.Page.Locator("#in-list").GetByText(text, new() { Exact = true });
}
