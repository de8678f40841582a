// Following on the pages: new matches at the top of the search, new lines at the end of the reader.

using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TinyGrepServer.Tests.Web;

[TestClass]
public sealed class FollowPageSpecs
{
    static BrowserTest<TestServer> test = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => test = await PagesTest.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync() => await test.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task New_matches_come_to_the_top_and_wait_where_somebody_reads()
    {
        test.Folder.Write("d/app.log", "an old failure\n");
        await using var visit = await test.VisitAsync("/?q=failure&mode=fixed&in=app.log");
        var (live, page) = (visit.Page.Locator("#live"), visit.Page);
        await Expect(page.Locator("#results .hit")).ToHaveCountAsync(1);

        await page.Locator("#status").ClickAsync();
        await page.Keyboard.PressAsync("f");
        await Expect(page.Locator("#follow")).ToHaveAttributeAsync("aria-pressed", "true");
        await FollowsAsync(1);
        Append("app.log", "fine\na first failure\n");
        await Expect(live.Locator("li.hit").First).ToContainTextAsync("a first failure");
        File.Move(Of("app.log"), Of("app.log.1"));
        test.Folder.Write("d/app.log", "a second failure <b>\n");
        await Expect(live.Locator("li.hit").First).ToContainTextAsync("app.log:1a second failure <b>");

        await page.Keyboard.PressAsync("w");
        Append("app.log", "a third failure\n");
        await Expect(live.GetByRole(AriaRole.Button)).ToHaveTextAsync("1 new");
        await Expect(live.Locator("li.hit")).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("w");
        await Expect(live.Locator("li.hit").First).ToContainTextAsync("a third failure");
        await Expect(live.Locator("li.hit").First.Locator("a"))
            .ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("/d/app\\.log\\?.*#L2$"));

        await page.Keyboard.PressAsync("f");
        await Expect(live).ToBeHiddenAsync();
        await FollowsAsync(0);
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Another_question_is_followed_instead_and_a_page_that_is_left_follows_no_more()
    {
        test.Folder.Write("d/two.log", "red\nblue\n");
        await using (var visit = await test.VisitAsync("/?q=red&mode=fixed&in=two.log"))
        {
            await visit.Page.Locator("#follow").ClickAsync();
            await FollowsAsync(1);
            await visit.Page.Locator("#q").FillAsync("blue");
            await Expect(visit.Page.Locator("#results .hit")).ToContainTextAsync("blue");
            await FollowsAsync(1);
            Append("two.log", "red again\nblue again\n");

            await Expect(visit.Page.Locator("#live li.hit")).ToHaveCountAsync(1);
            await Expect(visit.Page.Locator("#live li.hit")).ToContainTextAsync("blue again");
        }
        await FollowsAsync(0);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_reader_shows_lines_as_they_are_written()
    {
        test.Folder.Write("d/tail.log", string.Concat(Enumerable.Range(1, 1_200).Select(number => $"line {number}\n")));
        await using var visit = await test.VisitAsync("/d/tail.log");
        await Expect(visit.Page.Locator("#follow")).ToBeVisibleAsync();

        await visit.Page.Keyboard.PressAsync("f");
        await Expect(visit.Page.Locator("#L1200")).ToBeInViewportAsync();
        await FollowsAsync(1);
        Append("tail.log", "line 1201\nline 1202\n");

        await Expect(visit.Page.Locator("#L1202 .text")).ToHaveTextAsync("line 1202");
        await Expect(visit.Page.Locator("#L1202")).ToBeInViewportAsync();
        await File.WriteAllTextAsync(Of("tail.log"), "a new beginning\n");
        await Expect(visit.Page.Locator("#L1 .text")).ToHaveTextAsync("a new beginning");
        await Expect(visit.Page.Locator("#lines li")).ToHaveCountAsync(1);
        visit.AssertQuiet();
    }

    static Task FollowsAsync(int count) =>
        Wait.UntilAsync(async () => await test.Server.GaugeAsync("tinygrep_follows") == count, $"{count} follow");

    static string Of(string name) => Path.Join(test.Folder.Path, "d", name);

    static void Append(string name, string text) => File.AppendAllText(Of(name), text);
}
