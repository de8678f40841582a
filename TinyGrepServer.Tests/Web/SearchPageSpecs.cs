// The search page as somebody uses it: in a real browser, by typing, clicking and going back.

using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TinyGrepServer.Tests.Web;

[TestClass]
public sealed class SearchPageSpecs
{
    static BrowserTest<TestServer> test = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => test = await PagesTest.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync() => await test.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task Typing_finds_lines_and_going_back_leads_home()
    {
        await using var visit = await test.VisitAsync("/");
        await Expect(visit.Page.Locator("#shelf .tree > li")).ToHaveCountAsync(3);

        await visit.TypeAsync("two");
        await Expect(visit.Hits.Locator("mark")).ToHaveTextAsync(["two"]);

        await visit.SaysAsync("1 match. That is all.");
        CollectionAssert.AreEqual(new[] { "hit 2: two" }, await visit.RowsAsync());
        StringAssert.EndsWith(visit.Page.Url, "/?q=two&mode=fixed&ignore_case=1", StringComparison.Ordinal);
        await visit.Page.GoBackAsync();
        await Expect(visit.Page.Locator("#shelf")).ToBeVisibleAsync();
        await Expect(visit.Hits).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator("#q")).ToHaveValueAsync("");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_last_part_of_an_answer_leaves_its_counts_as_they_are()
    {
        test.Folder.Write("d/zoo/a.log", string.Concat(Enumerable.Range(1, 2_000).Select(number => $"zebra {number}\n")));
        foreach (var number in Enumerable.Range(0, 150)) test.Folder.Write($"d/zoo/b{number:000}.txt", "a zebra\n");
        await using var visit = await test.VisitAsync("/?q=zebra&mode=fixed");
        await visit.SaysAsync("2,150 matches in 151 files; the first 95 files are here.");
        var first = visit.Page.Locator("#results section").First;

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "More matches" }).ClickAsync();

        await Expect(visit.Page.Locator("#results section")).ToHaveCountAsync(151);
        await visit.SaysAsync("2,150 matches in 151 files.");
        await Expect(first.Locator(".count")).ToHaveTextAsync("2,000");
        await Expect(first.Locator(".unfold")).ToHaveTextAsync("1,995 more");
        await first.Locator(".unfold").FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(visit.Page.Locator(":focus")).ToContainTextAsync("a zebra");
        var second = visit.Page.Locator("#results section").Nth(1);
        Assert.IsTrue(await second.EvaluateAsync<bool>("one => one.contains(document.activeElement)"));
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_question_somebody_came_to_rest_at_has_a_place_in_the_history_and_the_keys_on_the_way_have_none()
    {
        await using var visit = await test.VisitAsync("/");
        var before = await visit.Page.EvaluateAsync<int>("history.length");

        await visit.TypeAsync("needle");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.TypeAsync(" x");
        await visit.SaysAsync("No line matches.");

        Assert.AreEqual(before + 2, await visit.Page.EvaluateAsync<int>("history.length"));
        await visit.Page.GoBackAsync();
        await Expect(visit.Page.Locator("#q")).ToHaveValueAsync("needle");
        await visit.SaysAsync("5 matches in 2 files. That is all.");
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_keyboard_is_enough()
    {
        await using var visit = await test.VisitAsync("/");
        await visit.Page.EvaluateAsync("document.activeElement.blur()");

        await visit.Page.Keyboard.PressAsync("/");
        await visit.Page.Keyboard.TypeAsync("needle");
        await Expect(visit.Hits.Locator("a[href*='q=needle&']")).ToHaveCountAsync(5); // "needl" has as many matches
        foreach (var (key, times) in new[] { ("ArrowDown", 3), ("ArrowUp", 3), ("ArrowDown", 3) })
            for (var time = 0; time < times; time++) await visit.Page.Keyboard.PressAsync(key);
        await visit.Page.Keyboard.PressAsync("Enter");

        await Expect(visit.Page).ToHaveURLAsync(
            new Regex(Regex.Escape("/d/notes/2024/a%20b%20%26%20%3Cc%3E.txt?from=1&q=needle&mode=fixed&ignore_case=1#L1") + "$"));
        await Expect(visit.Page.Locator("li.chosen .text")).ToHaveTextAsync("one needle");
        await visit.Page.GoBackAsync();
        await Expect(visit.Hits).ToHaveCountAsync(5);
        await Expect(visit.Page.Locator("#q")).ToHaveValueAsync("needle");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_line_that_looks_like_markup_is_shown_as_text()
    {
        await using var visit = await test.VisitAsync("/?q=" + Uri.EscapeDataString("nasty"));

        await Expect(visit.Hits).ToHaveCountAsync(3);
        await visit.TypeAsync("");
        var rows = await visit.RowsAsync();

        CollectionAssert.AreEqual(
            new[] { $"hit 1: {PagesTest.Image} nasty", $"hit 2: {PagesTest.Script} nasty", $"hit 3: {PagesTest.Quotes} nasty" }, rows);
        Assert.AreEqual(0, await visit.Page.Locator("main img, main script").CountAsync());
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Matched_parts_are_marked_where_they_are_also_behind_an_emoji_and_far_inside_a_long_line()
    {
        await using var visit = await test.VisitAsync("/");

        await visit.Page.GetByLabel("Match case").CheckAsync(new() { Force = true });
        await visit.TypeAsync("needle");
        await Expect(visit.Hits.Locator("a[href*='q=needle&']")).ToHaveCountAsync(4); // its beginnings have as many matches
        await visit.SaysAsync("4 matches in 2 files.");

        var marks = await visit.Page.Locator("mark").AllInnerTextsAsync();
        CollectionAssert.AreEqual(Enumerable.Repeat("needle", 5).ToArray(), marks.ToArray());
        var far = (await visit.RowsAsync())[1];
        Assert.IsLessThan(500, far.Length);
        StringAssert.Contains(far, "far needley", StringComparison.Ordinal);
        StringAssert.EndsWith(far, "y…", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Options_are_in_the_address_and_the_address_gives_them_back()
    {
        await using var visit = await test.VisitAsync("/");

        await visit.TypeAsync("[N]EEDLE");
        await visit.Page.Locator("#regex").CheckAsync(new() { Force = true });
        await visit.Page.Locator("#rest summary").ClickAsync();
        await visit.Page.GetByLabel("Lines around a match").FillAsync("1");
        await visit.Page.Locator("#in").FillAsync("\"notes/2024/a b & <c>.txt\"");
        await visit.SaysAsync("3 matches. That is all.");
        await Expect(visit.Page.Locator("#results .context")).ToHaveCountAsync(2);
        var rows = await visit.RowsAsync();
        StringAssert.EndsWith(
            visit.Page.Url,
            "/?q=%5BN%5DEEDLE&mode=extended&ignore_case=1&context=1&in=%22notes%2F2024%2Fa+b+%26+%3Cc%3E.txt%22",
            StringComparison.Ordinal);
        await visit.Page.ReloadAsync();
        await visit.SaysAsync("3 matches. That is all.");

        CollectionAssert.AreEqual(
            new[] { "hit 1: one needle", "context 2: two", "context 4: four", "hit 5: five needle", "hit 6: six Needle" }, rows);
        CollectionAssert.AreEqual(rows, await visit.RowsAsync());
        Assert.IsTrue(await visit.Page.Locator("#regex").IsCheckedAsync());
        Assert.IsFalse(await visit.Page.GetByLabel("Match case").IsCheckedAsync());
        await Expect(visit.Page.Locator("#in")).ToHaveValueAsync("\"notes/2024/a b & <c>.txt\"");
        await Expect(visit.Page.Locator("#rest-chosen")).ToHaveTextAsync(": context 1");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task More_matches_come_when_asked_for_and_a_changed_dictionary_is_told_of()
    {
        test.Folder.Write("d/growing.txt", string.Concat(Enumerable.Repeat("growing\n", 2_250)));
        await using var visit = await test.VisitAsync("/?q=growing&dictionary=growing.txt");

        await visit.SaysAsync("The first 100 of 2,250 matches.");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "More matches" }).ClickAsync();
        await visit.SaysAsync("The first 1,100 of 2,250 matches.");
        await Expect(visit.Hits).ToHaveCountAsync(1_100);
        Assert.IsTrue(await visit.Hits.Nth(100).Locator("a").EvaluateAsync<bool>("one => one === document.activeElement"));
        test.Folder.Write("d/growing.txt", "growing\n");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "More matches" }).ClickAsync();
        await visit.SaysAsync("A file has changed");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Search again" }).ClickAsync();

        await visit.SaysAsync("1 match. That is all.");
        File.Delete(Path.Join(test.Folder.Path, "d/growing.txt"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task More_matches_are_asked_for_in_the_words_of_the_answer_shown()
    {
        test.Folder.Write("d/both.txt", string.Concat(Enumerable.Repeat("apple pear\n", 150)));
        await using var visit = await test.VisitAsync("/?q=apple&dictionary=both.txt");
        await visit.SaysAsync("The first 100 of 150 matches.");

        await visit.Page.EvaluateAsync(
            """
            () => {
              const box = document.getElementById('q');
              box.value = 'pear';
              box.dispatchEvent(new Event('input', { bubbles: true }));
              document.querySelector('#more button').click(); // before the page has asked what was typed
            }
            """);
        await Expect(visit.Page).ToHaveTitleAsync("pear \u00b7 TinyGrep");
        await Expect(visit.Hits.Locator("a[href*='q=pear']")).ToHaveCountAsync(100);
        visit.AssertQuiet();
        File.Delete(Path.Join(test.Folder.Path, "d/both.txt"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_commands_it_shows_find_the_same_in_a_real_shell()
    {
        await using var visit = await test.VisitAsync("/?mode=fixed&context=1&q=" + Uri.EscapeDataString(PagesTest.Quotes));
        await visit.SaysAsync("1 match. That is all.");
        await visit.Page.Locator("#commands summary").ClickAsync();
        await Expect(visit.Page.Locator("#grep-command")).Not.ToBeEmptyAsync();

        var grep = await RunAsync(await visit.Page.Locator("#grep-command").InnerTextAsync());
        var curl = await RunAsync(await visit.Page.Locator("#curl-command").InnerTextAsync());

        Assert.AreEqual(
            $"nasty.txt-2-{PagesTest.Script} nasty\nnasty.txt:3:{PagesTest.Quotes} nasty\n"
            + "nasty.txt-4-na\u00efve \U0001F600 needle \U0001F600 needle\n",
            grep);
        StringAssert.Contains(curl, "\"line\":3,", StringComparison.Ordinal);
        StringAssert.Contains(curl, "\"count\":1,", StringComparison.Ordinal);
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_answer_that_comes_late_does_not_replace_a_newer_one()
    {
        await using var visit = await test.VisitAsync("/");
        var held = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/api/v1/search?q=t&*", async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });

        await visit.Page.RunAndWaitForRequestAsync(
            () => visit.TypeAsync("t"), request => request.Url.Contains("?q=t&", StringComparison.Ordinal));
        await visit.TypeAsync("wo");
        await visit.SaysAsync("1 match. That is all.");
        held.SetResult();

        await visit.Page.EvaluateAsync("new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
        await Expect(visit.Hits).ToHaveCountAsync(1);
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_the_server_refuses_is_said_in_its_words()
    {
        await using var visit = await test.VisitAsync("/?mode=basic");

        await visit.TypeAsync("\\(");

        await visit.SaysAsync("Unmatched ( or \\(");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_token_is_asked_for_and_forgotten_with_the_page()
    {
        await using var visit = await test.VisitAsync("/");
        await visit.NeedTokenAsync();

        await visit.TypeAsync("two");
        await visit.SaysAsync("A token is needed.");
        await visit.Page.Locator("#token").FillAsync("secret");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SaysAsync("1 match. That is all.");

        var stored = await visit.Page.EvaluateAsync<string>(
            "JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + JSON.stringify(history.state) + document.cookie");
        Assert.IsFalse(stored.Contains("secret", StringComparison.Ordinal), stored);
        await visit.Page.ReloadAsync();
        await visit.SaysAsync("A token is needed.");
    }

    static async Task<string> RunAsync(string command)
    {
        var start = Programs.Start("bash", "-c", command);
        start.WorkingDirectory = Path.Join(test.Folder.Path, "d");
        var (_, output, errors) = await TestServer.RunAsync(start);
        Assert.AreEqual("", errors);
        return output;
    }
}
