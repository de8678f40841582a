// The reader: lines under their own numbers, however far inside, and their matches.

using Microsoft.Playwright;
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

        await Expect(visit.Page.Locator("li.chosen .text")).ToHaveTextAsync("this is line 150000 of a larger dictionary");
        await Expect(visit.Page.Locator("li.chosen")).ToBeInViewportAsync();
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
    public async Task A_long_line_is_walked_through_to_its_match_with_a_script_and_without()
    {
        test.Folder.Write("d/walk.txt", $"short\n{new string('z', 100_000)}pearl{new string('y', 40_000)}\n");
        await using var plain = await test.VisitAsync("/d/walk.txt?q=pearl", new() { JavaScriptEnabled = false });
        await using var lively = await test.VisitAsync("/d/walk.txt?q=pearl");

        await plain.Page.GetByText("to its match at column 100,001").ClickAsync();
        await lively.Page.GetByRole(AriaRole.Button, new() { Name = "to its match at column 100,001" }).ClickAsync();

        await Expect(plain.Page.Locator("mark")).ToHaveTextAsync("pearl");
        await Expect(lively.Page.Locator("mark")).ToHaveTextAsync("pearl");
        await Expect(lively.Page.Locator("mark")).ToBeInViewportAsync();
        await lively.Page.GetByRole(AriaRole.Button, new() { Name = "the line goes on" }).ClickAsync();
        await lively.Page.GetByRole(AriaRole.Button, new() { Name = "to the match before" }).ClickAsync();
        await Expect(lively.Page.Locator("mark")).ToHaveTextAsync("pearl");
        lively.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task N_and_p_go_from_match_to_match_through_windows_however_far_apart()
    {
        await using var visit = await test.VisitAsync("/d/large.txt?q=0000 of&mode=fixed");

        await Expect(visit.Page.Locator("#found")).ToHaveTextAsync("Match 1 of 20");
        await Expect(visit.Page.Locator("li.chosen .text")).ToHaveTextAsync("this is line 10000 of a larger dictionary");
        await visit.Page.Keyboard.PressAsync("n");
        await Expect(visit.Page.Locator("#found")).ToHaveTextAsync("Match 2 of 20");
        await visit.Page.Keyboard.PressAsync("n");
        await Expect(visit.Page.Locator("#found")).ToHaveTextAsync("Match 3 of 20");
        await Expect(visit.Page.Locator("li.chosen mark")).ToHaveTextAsync("0000 of");
        await Expect(visit.Page.Locator("li.chosen")).ToBeInViewportAsync();
        StringAssert.EndsWith(visit.Page.Url, "#L30000", StringComparison.Ordinal);
        await visit.Page.Keyboard.PressAsync("p");
        await Expect(visit.Page.Locator("#found")).ToHaveTextAsync("Match 2 of 20");
        await visit.Page.Keyboard.PressAsync("p");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Previous", Exact = true }).First).ToBeDisabledAsync();

        await visit.Page.ReloadAsync();
        await Expect(visit.Page.Locator("li.chosen .number")).ToHaveTextAsync("10000");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Without_a_script_links_lead_to_the_matches_outside_the_window()
    {
        await using var visit = await test.VisitAsync("/d/large.txt?q=0000 of&mode=fixed", new() { JavaScriptEnabled = false });

        await Expect(visit.Page.Locator("mark")).ToHaveCountAsync(1); // the window has the first match
        await visit.Page.GetByText("Next match").ClickAsync();
        await Expect(visit.Page.Locator("li:target .number")).ToHaveTextAsync("20000");
        await visit.Page.GetByText("Previous match").ClickAsync();

        await Expect(visit.Page.Locator("li:target .number")).ToHaveTextAsync("10000");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_click_chooses_a_line_and_with_shift_the_lines_up_to_it()
    {
        await using var visit = await test.VisitAsync("/d/many.txt");
        await visit.SaysAsync("Lines 1 to 250 of 250");
        await Expect(visit.Page.Locator("#follow")).ToBeVisibleAsync();

        await visit.Page.Locator("#L10 .number").ClickAsync();
        await visit.Page.Locator("#L12 .number").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Shift+Enter");

        StringAssert.EndsWith(visit.Page.Url, "/d/many.txt#L10-L12", StringComparison.Ordinal);
        await Expect(visit.Page.Locator("li.chosen")).ToHaveCountAsync(3);
        await using var other = await test.VisitAsync("/d/large.txt#L120000-L120003");
        await Expect(other.Page.Locator("li.chosen")).ToHaveCountAsync(4);
        await Expect(other.Page.Locator("#L120000")).ToBeInViewportAsync();
        visit.AssertQuiet();
        other.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Escapes_become_colours_a_switch_shows_them_as_they_are_and_a_match_is_marked_in_both()
    {
        test.Folder.Write("d/colours.log", "\e[1;31merror\e[0m in \e[38;5;46mgreen needle\e[m\n");
        await using var visit = await test.VisitAsync("/d/colours.log?q=needle");

        await Expect(visit.Page.Locator("#L1 .text")).ToHaveTextAsync("error in green needle");
        await Expect(visit.Page.Locator("#L1 .bold.ink-1")).ToHaveTextAsync("error");
        await Expect(visit.Page.Locator("#L1 .ink-10 mark")).ToHaveTextAsync("needle");
        await visit.Page.GetByLabel("Colours").UncheckAsync();

        await Expect(visit.Page.Locator("#L1 .text")).ToContainTextAsync("[1;31merror");
        await Expect(visit.Page.Locator("#L1 mark")).ToHaveTextAsync("needle");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_file_that_is_no_text_says_so_and_is_shown_only_where_that_is_asked_for()
    {
        await File.WriteAllBytesAsync(Path.Join(test.Folder.Path, "d/picture.png"), [0x89, .. "PNG"u8, 0, 1, 2, .. "\nrubbish\n"u8]);
        await using var visit = await test.VisitAsync("/d/picture.png");

        await visit.SaysAsync("This is not a text file.");
        Assert.AreEqual(0, await visit.Page.Locator("#lines li").CountAsync());
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByText("Download it").ClickAsync());
        Assert.AreEqual("picture.png", download.SuggestedFilename);
        await visit.Page.GetByText("Show it as text").ClickAsync();

        await Expect(visit.Page.Locator("#L2 .text")).ToHaveTextAsync("rubbish");
        visit.AssertQuiet();
        File.Delete(Path.Join(test.Folder.Path, "d/picture.png"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task It_finds_in_its_own_file_and_lists_all_matches()
    {
        await using var visit = await test.VisitAsync("/d/notes/2024/a%20b%20%26%20%3Cc%3E.txt");

        await visit.Page.Keyboard.PressAsync("/");
        await visit.Page.Keyboard.TypeAsync("needle");
        await visit.Page.Keyboard.PressAsync("Enter");

        await Expect(visit.Page.Locator("#found")).ToHaveTextAsync("Match 1 of 3");
        await Expect(visit.Page.Locator("#lines mark")).ToHaveCountAsync(3);
        await visit.Page.GetByText("All its matches as a list").ClickAsync();
        await visit.SaysAsync("3 matches. That is all.");
        await Expect(visit.Page.Locator("#in")).ToHaveValueAsync("\"notes/2024/a b & <c>.txt\"");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/d/missing.txt", "There is no dictionary")]
    [DataRow("/d/many.txt?from=x", "must be an integer")]
    [DataRow("/d/many.txt?from=1&column=x", "must be an integer")]
    [DataRow("/d/many.txt?from=1&column=-1", "must be an integer")]
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
