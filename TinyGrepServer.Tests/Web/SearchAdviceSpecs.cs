// What the search page does for somebody who searches for the first time: hints, advice, questions of before, links to take along.

using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TinyGrepServer.Tests.Web;

[TestClass]
public sealed class SearchAdviceSpecs
{
    static BrowserTest<TestServer> test = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => test = await PagesTest.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync() => await test.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    [DataRow("/", "needle|seven", "Search it as a regular expression", "mode=extended")]
    [DataRow("/?mode=basic&q=", "needle|seven", "Search it as a regular expression", "mode=extended")]
    [DataRow("/", @"thing \d+ of", "Search it as a Perl expression", "mode=perl")]
    [DataRow("/?mode=extended&q=", @"needle\|seven", "Search it as a basic expression", "q=needle")]
    public async Task A_term_that_looks_like_another_modes_is_told_of_and_one_press_searches_it_so(
        string path, string term, string label, string address)
    {
        await using var visit = await test.VisitAsync(path);

        await visit.Page.Locator("#q").FillAsync(term); // at once: half an expression is refused, and the console tells it
        await visit.SaysAsync("No line matches.");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = label }).ClickAsync();

        await Expect(visit.Page.Locator("#results mark").First).ToBeVisibleAsync();
        StringAssert.Contains(visit.Page.Url, address, StringComparison.Ordinal);
        await Expect(visit.Page.Locator("#hint")).ToBeHiddenAsync();
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Plain_terms_get_no_hint()
    {
        await using var visit = await test.VisitAsync("/");

        foreach (var term in (string[])["a[i]", "f(x)", "what?", "a.b", "5 * 3", "C:\\temp"])
        {
            await visit.Page.Locator("#q").FillAsync(term);
            await visit.SaysAsync("No line matches.");
            await Expect(visit.Page.Locator("#hint")).ToBeHiddenAsync();
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task Where_nothing_matches_other_questions_are_offered()
    {
        await using var visit = await test.VisitAsync("/?q=Needle+ONE&mode=fixed&in=notes/");

        await visit.SaysAsync("No line matches.");
        await Expect(visit.Page.Locator("#advice button")).ToHaveTextAsync(["Ignore case", "All words, in any order", "In all files"]);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "All words, in any order" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Ignore case" }).ClickAsync();

        await visit.SaysAsync("1 match. That is all.");
        await Expect(visit.Page.Locator("#q")).ToBeFocusedAsync();
        await Expect(visit.Page.Locator("#advice")).ToBeHiddenAsync();
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Paths_that_fit_nothing_are_told_of_as_such()
    {
        await using var visit = await test.VisitAsync("/?q=needle&in=nope/");

        await visit.SaysAsync("No file matches these paths.");
        await visit.Page.GetByText("In all files").ClickAsync();

        await visit.SaysAsync("4 matches in 2 files.");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Recent_questions_are_offered_at_home_until_they_are_cleared()
    {
        await using var visit = await test.VisitAsync("/");
        await visit.Page.Locator("#in").FillAsync("notes/");
        await visit.TypeAsync("needle");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator("#results mark").First).ToHaveTextAsync("needle");

        await visit.Page.Locator(".brand").ClickAsync();
        var recent = visit.Page.Locator("#recent li");
        await Expect(recent).ToHaveTextAsync(["needlein notes/"]);
        await recent.Locator("a").ClickAsync();
        await visit.SaysAsync("3 matches. That is all.");
        await Expect(visit.Page.Locator("#in")).ToHaveValueAsync("notes/");
        await visit.Page.GoBackAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();

        await Expect(visit.Page.Locator("#recent")).ToBeHiddenAsync();
        Assert.AreEqual(0, await visit.Page.EvaluateAsync<int>("localStorage.length"));
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_beginning_of_a_word_is_no_recent_question_while_the_word_waits_for_its_answer()
    {
        await using var visit = await test.VisitAsync("/");
        await visit.TypeAsync("ne");
        await Expect(visit.Page.Locator("#results mark").First).ToHaveTextAsync("ne");
        await visit.Page.RouteAsync("**/api/v1/search?q=need*", _ => Task.CompletedTask); // never answered

        await visit.Page.RunAndWaitForRequestAsync(
            () => visit.TypeAsync("ed"), request => request.Url.Contains("?q=need&", StringComparison.Ordinal));
        await visit.Page.EvaluateAsync("localStorage.clear()"); // "ne" may have stood there for two seconds, and is kept by right then
        await visit.Page.Locator("#q").BlurAsync();

        Assert.AreEqual(0, await visit.Page.EvaluateAsync<int>("localStorage.length"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task C_copies_the_link_to_the_result_under_the_cursor()
    {
        await using var visit = await test.VisitAsync("/?q=five+needle&mode=fixed");
        await visit.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await visit.IsDrawnAsync();

        await visit.Page.Locator("#q").FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowDown");
        await visit.Page.Keyboard.PressAsync("c");
        await Expect(visit.Page.Locator(".copy")).ToHaveTextAsync("Copied");
        var link = await visit.Page.EvaluateAsync<string>("navigator.clipboard.readText()");

        await visit.Page.GotoAsync(link);
        await Expect(visit.Page.Locator("li.chosen mark")).ToHaveTextAsync("five needle");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_newest_files_come_first_where_that_is_asked_for()
    {
        test.Folder.Write("d/old.txt", "an amber stone\n");
        test.Folder.Write("d/young.txt", "an amber stone\n");
        File.SetLastWriteTimeUtc(Path.Join(test.Folder.Path, "d/old.txt"), DateTime.UtcNow.AddDays(-1));
        await using var visit = await test.VisitAsync("/?q=amber&mode=fixed");
        var files = visit.Page.Locator("#results h2 a");
        await Expect(files).ToHaveTextAsync(["old.txt", "young.txt"]);

        await visit.Page.Locator("#order").SelectOptionAsync("newest");

        await Expect(files).ToHaveTextAsync(["young.txt", "old.txt"]);
        StringAssert.Contains(visit.Page.Url, "order=newest", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/", "copies the link"), DataRow("/files", "unfolds a folder"), DataRow("/d/many.txt", "next match")]
    public async Task A_question_mark_shows_the_keys(string path, string expected)
    {
        await using var visit = await test.VisitAsync(path);
        await visit.Page.EvaluateAsync("document.activeElement.blur()");

        await visit.Page.Keyboard.PressAsync("?");
        await Expect(visit.Page.Locator("#keys")).ToContainTextAsync(expected);
        await visit.Page.Keyboard.PressAsync("Escape");

        await Expect(visit.Page.Locator("#keys")).ToBeHiddenAsync();
        visit.AssertQuiet();
    }
}
