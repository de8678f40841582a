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
        await visit.IsDrawnAsync();

        await page.Locator("#status").ClickAsync();
        await page.Keyboard.PressAsync("f");
        await Expect(page.Locator("#follow")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(live.Locator(".note")).ToHaveTextAsync("Nothing new yet.");
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
            await Expect(visit.Page.Locator("#live .note")).ToHaveTextAsync("Nothing new yet.");
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
        await using var visit = await FollowInReaderAsync("tail.log", 1_200, "line");
        await FollowsAsync(1);
        Append("tail.log", "line 1201\nline 1202\n");

        await Expect(visit.Page.Locator("#L1202 .text")).ToHaveTextAsync("line 1202");
        await Expect(visit.Page.Locator("#L1202")).ToBeInViewportAsync();
        await File.WriteAllTextAsync(Of("tail.log"), "a new beginning\n");
        await Expect(visit.Page.Locator("#L1 .text")).ToHaveTextAsync("a new beginning");
        await Expect(visit.Page.Locator("#lines li")).ToHaveCountAsync(1);
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_reader_begins_anew_with_the_file_that_takes_the_place_of_a_rotated_one()
    {
        await using var visit = await FollowInReaderAsync("turned.log", 700, "old");

        Append("turned.log", "old 701\n");
        File.Move(Of("turned.log"), Of("turned.log.1"));
        await File.AppendAllTextAsync(Of("turned.log.1"), "old 702\n");
        await Expect(visit.Page.Locator("#L702 .text")).ToHaveTextAsync("old 702");
        test.Folder.Write("d/turned.log", "new 1\nnew 2\n");

        await Expect(visit.Page.Locator("#L2 .text")).ToHaveTextAsync("new 2");
        await Expect(visit.Page.Locator("#lines li")).ToHaveCountAsync(2);
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Whoever_turns_to_another_window_follows_no_more()
    {
        await using var visit = await FollowInReaderAsync("left.log", 1_200, "line");
        await FollowsAsync(1);

        await visit.Page.Locator(".turn").First.GetByText("First").ClickAsync();

        await Expect(visit.Page.Locator("#L1")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("#follow")).ToHaveAttributeAsync("aria-pressed", "false");
        await FollowsAsync(0);
        Append("left.log", "line 1201\n");
        await Expect(visit.Page.Locator("#lines li")).ToHaveCountAsync(500);
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_empty_file_can_be_followed()
    {
        test.Folder.Write("d/empty.log", "");
        await using var visit = await test.VisitAsync("/d/empty.log");
        await visit.SaysAsync("This file is empty.");
        await Expect(visit.Page.Locator("#follow")).ToBeVisibleAsync();

        await visit.Page.Keyboard.PressAsync("f");
        await FollowsAsync(1);
        Append("empty.log", "its first line\n");

        await Expect(visit.Page.Locator("#L1 .text")).ToHaveTextAsync("its first line");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_cannot_be_followed_now_is_said_and_tried_again()
    {
        test.Folder.Write("d/refused.log", "an old green\n");
        await using var visit = await test.VisitAsync("/?q=green&mode=fixed&in=refused.log");
        await Expect(visit.Page.Locator("#results .hit")).ToHaveCountAsync(1);
        await visit.Page.RouteAsync("**/api/v1/follow**", route => route.FulfillAsync(
            new() { Status = 503, ContentType = "application/problem+json", Body = """{"detail":"So many follow already."}""" }));

        await visit.Page.Locator("#follow").ClickAsync();
        await Expect(visit.Page.Locator("#live .note")).ToHaveTextAsync("Not connected: So many follow already.");
        await visit.Page.UnrouteAsync("**/api/v1/follow**");
        await Expect(visit.Page.Locator("#live .note")).ToHaveTextAsync("Nothing new yet.");
        Append("refused.log", "a new green\n");

        await Expect(visit.Page.Locator("#live li.hit")).ToContainTextAsync("a new green");
        await Expect(visit.Page.Locator("#live .note")).ToHaveTextAsync("");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_token_that_is_wanted_for_following_is_asked_for()
    {
        test.Folder.Write("d/guarded.log", "an old plum\n");
        await using var visit = await test.VisitAsync("/?q=plum&mode=fixed&in=guarded.log");
        await Expect(visit.Page.Locator("#results .hit")).ToHaveCountAsync(1);
        await visit.NeedTokenAsync();

        await visit.Page.Locator("#follow").ClickAsync();
        await visit.SaysAsync("A token is needed.");
        await FollowsAsync(0);
        await visit.Page.Locator("#token").FillAsync("secret");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator("#live .note")).ToHaveTextAsync("Nothing new yet.");
        Append("guarded.log", "a new plum\n");

        await Expect(visit.Page.Locator("#live li.hit")).ToContainTextAsync("a new plum");
        await Expect(visit.Page.Locator("#results .hit")).ToHaveCountAsync(1);
    }

    /// <summary>Writes a file of numbered lines, and follows it in the reader, whose page shows the last of them.</summary>
    static async Task<Visit> FollowInReaderAsync(string name, int lines, string word)
    {
        test.Folder.Write($"d/{name}", string.Concat(Enumerable.Range(1, lines).Select(number => $"{word} {number}\n")));
        var visit = await test.VisitAsync($"/d/{name}");
        await Expect(visit.Page.Locator("#follow")).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("f");
        await Expect(visit.Page.Locator($"#L{lines}")).ToBeInViewportAsync();
        return visit;
    }

    static Task FollowsAsync(int count) =>
        Wait.UntilAsync(async () => await test.Server.GaugeAsync("tinygrep_follows") == count, $"{count} follow");

    static string Of(string name) => Path.Join(test.Folder.Path, "d", name);

    static void Append(string name, string text) => File.AppendAllText(Of(name), text);
}
