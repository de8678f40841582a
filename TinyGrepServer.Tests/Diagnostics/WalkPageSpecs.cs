// The page of the last requests in a real browser, without a script: a question asked twice, a hedged request, an answer that is
// streamed; who may look, and that it is not there unless it was asked for.

using Microsoft.Playwright;
using TinyGrepServer.Tests.Access;
using TinyGrepServer.Tests.Relay;
using TinyGrepServer.Tests.Search;
using TinyGrepServer.Tests.Web;

namespace TinyGrepServer.Tests.Diagnostics;

[TestClass]
public sealed class WalkPageSpecs
{
    const string Walk = "/internal/walk";

    static ScriptedUpstream upstream = null!;
    static BrowserTest<TestServer> test = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        upstream = new ScriptedUpstream(async (number, connection) =>
        {
            if (number == 1) await ScriptedUpstream.Never(connection);
            else await connection.WriteAsync(ScriptedUpstream.Answer("""{"time":1}"""));
        });
        test = await BrowserTest<TestServer>.StartAsync(
            folder =>
            {
                folder.Write("d/a.txt", "a needle\n");
                folder.Write("d/large.txt", string.Concat(Enumerable.Repeat("a line of a large answer\n", 60_000)));
                var dicts = Path.Join(folder.Path, "d");
                return TestServer.StartAsync("--dicts", dicts, "--diagnostics", "--upstream", upstream.Url.ToString());
            },
            server => server.Url);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await test.DisposeAsync();
        await upstream.DisposeAsync();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_question_asked_twice_was_run_and_then_kept()
    {
        const string Question = "/api/v1/search?q=needle&dictionary=a.txt";
        await test.Server.SettledTagAsync("/api/v1/search?q=settled&dictionary=a.txt"); // from now on answers are kept
        for (var asked = 0; asked < 2; asked++) await test.Server.GetAsync(Question).OkAsync();

        await using var visit = await VisitAsync();
        var rows = await ShownAsync(visit, Question, 2);

        var (kept, run) = (await CellsAsync(rows.Nth(0)), await CellsAsync(rows.Nth(1)));
        Assert.AreEqual(($"GET {Question}", "200", "kept"), (kept[1], kept[2], kept[3]), test.Server.Log);
        Assert.AreEqual(("", "", "", ""), (kept[4], kept[5], kept[6], kept[7]), "no layer was asked");
        Assert.AreEqual("run", run[3]);
        StringAssert.Matches(run[5], new(@"^1 of 1, [\d.]+$"), "what the sieve left");
        StringAssert.Matches(run[7], new(@"^grep -n -a -H -Z --color=always -G -m\d+, [\d.]+$"), "the grep that ran");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_hedged_request_shows_its_attempts()
    {
        await test.Server.GetAsync("/api/smart?timeout=10000").OkAsync();

        await using var visit = await VisitAsync();
        var rows = await ShownAsync(visit, "/api/smart", 1);

        Assert.AreEqual("relayed", (await CellsAsync(rows))[3]);
        var attempts = await rows.Locator("li").AllInnerTextsAsync();
        StringAssert.Matches(attempts[0], new(@"^attempt1: .* ms: lost, [\d.]+$"));
        StringAssert.Matches(attempts[1], new(@"^attempt2: .* ms: (won|lost), [\d.]+$"));
        StringAssert.Matches(attempts[^1], new(@"^relay: [\d.]+$"));
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_streamed_answer_tells_its_engine_and_its_bytes()
    {
        await test.Server.FirstAsync(new { action = "search", term = "large", dictionary = "large.txt" }).OkAsync();

        await using var visit = await VisitAsync();
        var row = await CellsAsync(await ShownAsync(visit, "/api/v1/json", 1));

        Assert.AreEqual(("run", "grep -n -a --color=never"), (row[3], row[7]), "it is answered before its time is known");
        Assert.IsGreaterThan(1 << 20, int.Parse(row[8].Replace(",", "", StringComparison.Ordinal), null));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_refusal_is_there_and_what_the_client_wrote_stays_text()
    {
        var refused = await RawClient.AskAsync(test.Server.Url, RawClient.Request("GET", "/nope?<b>bold</b>"));
        Assert.AreEqual(404, refused!.Status);

        await using var visit = await VisitAsync();
        var row = await CellsAsync(await ShownAsync(visit, "/nope?", 1));

        Assert.AreEqual(("GET /nope?<b>bold</b>", "404", ""), (row[1], row[2], row[3]));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(ColorScheme.Light), DataRow(ColorScheme.Dark)]
    public async Task On_a_phone_nothing_scrolls_sideways_and_nothing_is_hard_to_read(ColorScheme scheme)
    {
        await test.Server.GetAsync($"/livez?{new string('_', 400)}").OkAsync();
        await using var visit = await test.VisitAsync(
            Walk, new() { ColorScheme = scheme, ViewportSize = new() { Width = 320, Height = 640 } });
        await ShownAsync(visit, "/livez?____", 1, orMore: true);

        Assert.AreEqual(320, await visit.Page.EvaluateAsync<int>("document.scrollingElement.scrollWidth"));
        Assert.AreEqual("", await Axe.FindingsAsync(visit.Page));
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Nothing_runs_on_it_and_nothing_is_loaded_but_the_style_of_the_house()
    {
        var page = await test.Server.GetAsync(Walk).OkAsync();

        var policy = page.Response.Headers.GetValues("Content-Security-Policy").Single();
        StringAssert.StartsWith(policy, "default-src 'none'; style-src 'self'; img-src 'self';", StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text);
        var list = await test.Server.GetAsync("/api/v1/web").OkAsync();
        Assert.Contains($"<a href=\"{Walk}\">Walk</a>", list.Text);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Without_the_option_it_is_not_there()
    {
        await using var server = await TestServer.StartAsync("--dicts", Path.Join(test.Folder.Path, "d"));

        await server.GetAsync(Walk).RefusedAsync(404);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Where_anything_is_protected_it_needs_a_token()
    {
        await using var server = await TestServer.StartAsync(
            "--dicts", Path.Join(test.Folder.Path, "d"), "--data", test.Folder.Path,
            "--open-tokens", "--diagnostics", "--protect", "messages");

        await server.GetAsync(Walk).RefusedAsync(401);
        var token = await server.TokenAsync("ann");
        var page = "";
        await Wait.UntilAsync(
            async () =>
            {
                page = (await server.GetAsAsync(Walk, token).OkAsync()).Text;
                return page.Contains("POST /api/token", StringComparison.Ordinal);
            },
            "the row of the token's request");

        Assert.DoesNotContain(token, page);
    }

    /// <summary>Opens the page where no script can run.</summary>
    static Task<Visit> VisitAsync() => test.VisitAsync(Walk, new() { JavaScriptEnabled = false });

    /// <summary>The rows of a request, once there are as many: a reply is with its client before its row is written.</summary>
    static async Task<ILocator> ShownAsync(Visit visit, string path, int count, bool orMore = false)
    {
        var rows = visit.Page.Locator("tbody tr", new() { HasText = path });
        await Wait.UntilAsync(
            async () =>
            {
                await visit.Page.ReloadAsync();
                var found = await rows.CountAsync();
                return found == count || (orMore && found > count);
            },
            $"{count} rows of {path}");
        return rows;
    }

    static async Task<IReadOnlyList<string>> CellsAsync(ILocator row) => await row.Locator("td").AllInnerTextsAsync();
}
