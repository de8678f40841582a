// The search without HTTP: the same answers, refusals and limits as over it, typed; and a stream of matches that is whole or says
// that it is not.

using System.Net.Http.Json;
using System.Text.Json;
using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class LocalSearchSpecs
{
    const int Lines = 25_000;

    static readonly TemporaryFolder Folder = new();
    static readonly HttpClient Http = new();
    static TinyServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        var many = Enumerable.Range(1, Lines).Select(number => $"line {number} of many, {new string('x', 60)}\n");
        Folder.Write("many.txt", string.Concat(many));
        Folder.Write("notes/a.md", "one\ntwo naïve\nthree\n");
        Folder.Write("notes/long.txt", $"a needle\n{new string('y', 17 << 20)} needle\nanother needle\n");
        server = await TinyServer.StartAsync(Settings(Timeout.InfiniteTimeSpan));
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_answer_is_the_one_that_a_client_gets()
    {
        var request = new SearchRequest { Term = "na.ve", Dictionaries = ["notes"], Context = 1, Limit = 7, Mode = "extended" };
        using var reply = await Http.PostAsJsonAsync(
            new Uri(server.Url, "/api/v1/search"), request, SearchJson.Default.SearchRequest);

        var answer = await server.SearchAsync(request);

        Assert.AreEqual(await reply.Content.ReadAsStringAsync(), JsonSerializer.Serialize(answer, SearchJson.Plain.SearchReply));
        Assert.AreEqual(("notes/a.md", 2L, "two naïve"), (answer.Matches[0].Dictionary, answer.Matches[0].Line, answer.Matches[0].Text));
        CollectionAssert.AreEqual(new[] { "three" }, answer.Matches[0].After.ToArray());
        CollectionAssert.AreEqual(new[] { 4, 9 }, answer.Matches[0].Bounds![0].ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_answer_that_would_be_streamed_is_whole()
    {
        var answer = await server.SearchAsync(new SearchRequest { Term = "of many", Dictionaries = ["many.txt"], Limit = 10_000 });

        Assert.AreEqual((10_000L, "limit"), (answer.Count, answer.StopReason));
        Assert.AreEqual(10_000, answer.Matches[^1].Line);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_same_question_again_is_answered_from_what_is_kept()
    {
        var request = new SearchRequest { Term = "line 77 ", Dictionaries = ["many.txt"] };
        var first = await server.SearchAsync(request);
        var before = await GaugeAsync("tinygrep_cache_hits_total");

        var second = await server.SearchAsync(request);

        Assert.AreEqual(before + 1, await GaugeAsync("tinygrep_cache_hits_total"));
        Assert.AreEqual(first.Matches.Single().Text, second.Matches.Single().Text);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_stream_gives_every_match_however_many_answers_it_takes()
    {
        List<long> lines = [];
        await foreach (var match in server.MatchesAsync(new SearchRequest { Term = "of many", Dictionaries = ["many.txt"] }))
            lines.Add(match.Line);

        CollectionAssert.AreEqual(Enumerable.Range(1, Lines).Select(number => (long)number).ToArray(), lines);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(1)]
    [DataRow(12_345)]
    public async Task A_stream_ends_at_its_limit_which_may_be_any(int limit)
    {
        var matches = server.MatchesAsync(new SearchRequest { Term = "of many", Dictionaries = ["many.txt"], Limit = limit, After = 1 });

        Assert.AreEqual(limit, await matches.CountAsync());
        Assert.AreEqual($"line {limit + 1} of many", (await matches.LastAsync()).After.Single().Split(',')[0]);
    }

    [TestMethod, Timeout(60_000)]
    public async Task New_lines_are_followed_and_gone_on_with_where_a_loop_was_left()
    {
        var log = Folder.Write("app.log", "an old hit\n");
        var request = new SearchRequest { Term = "hit", Dictionaries = ["app.log"] };
        var cursor = "";
        await foreach (var told in server.FollowAsync(request, last: 1))
        {
            if (told.Event is not null) await File.AppendAllTextAsync(log, "hit 1\nhit 2\n");
            if (told.Text == "hit 1") break;
            cursor = told.Cursor;
        }
        List<string> again = [];
        await foreach (var told in server.FollowAsync(request, cursor))
        {
            if (told.Text is { } text) again.Add($"{told.Line} {text}");
            if (again.Count == 2) break;
        }

        CollectionAssert.AreEqual(new[] { "2 hit 1", "3 hit 2" }, again);
        await Wait.UntilAsync(async () => await GaugeAsync("tinygrep_follows") == 0, "both have left");
        var limited = request with { Limit = 1 };
        var refused = await Assert.ThrowsExactlyAsync<ApiError>(async () => await server.FollowAsync(limited).FirstAsync());
        Assert.AreEqual(400, refused.Status);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Leaving_a_stream_ends_its_search()
    {
        await foreach (var match in server.MatchesAsync(new SearchRequest { Term = "many, x*$", Dictionaries = ["many.txt"] }))
        {
            if (match.Line == 3) break;
        }

        Assert.AreEqual(0, await GaugeAsync("tinygrep_searches_running") + await GaugeAsync("tinygrep_searches_suspended"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Cancelling_a_stream_ends_it_in_the_middle()
    {
        using var enough = new CancellationTokenSource();
        var seen = 0;

        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var match in server.MatchesAsync(new SearchRequest { Term = "of many" }, enough.Token))
            {
                if (++seen == 5) await enough.CancelAsync();
            }
        });

        Assert.IsLessThan(Lines, seen);
        Assert.AreEqual(0, await GaugeAsync("tinygrep_searches_running") + await GaugeAsync("tinygrep_searches_suspended"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_stream_that_misses_something_gives_what_it_has_and_says_so()
    {
        List<string> found = [];

        var refused = await Assert.ThrowsExactlyAsync<ApiError>(async () =>
        {
            await foreach (var match in server.MatchesAsync(new SearchRequest { Term = "needle" })) found.Add(match.Text);
        });

        CollectionAssert.AreEqual(new[] { "a needle", "another needle" }, found);
        Assert.AreEqual(403, refused.Status);
        Assert.StartsWith("The dictionary 'notes/long.txt' was not read to its end: a line longer than ", refused.Detail);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_stream_out_of_time_says_so()
    {
        await using var brief = await TinyServer.StartAsync(Settings(TimeSpan.FromMilliseconds(300)));
        var matches = brief.MatchesAsync(new SearchRequest { Term = @"\(x*\)\(x*\)\(x*\)\1\2\3$", Dictionaries = ["many.txt"] });

        var refused = await Assert.ThrowsExactlyAsync<ApiError>(async () => await matches.CountAsync());

        Assert.AreEqual(504, refused.Status);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("{\"q\":\"(\",\"mode\":\"extended\"}", 400, "nmatched (")]
    [DataRow("{\"q\":\"\"}", 400, "'q' is empty")]
    [DataRow("{\"q\":\"a\",\"mode\":\"loud\"}", 400, "'mode' must be")]
    [DataRow("{\"q\":\"a\",\"limit\":0}", 400, "'limit' must be 1")]
    [DataRow("{\"q\":\"a\",\"dictionary\":\"none.txt\"}", 404, "There is no dictionary 'none.txt'.")]
    [DataRow("{\"q\":\"a\",\"cursor\":\"nonsense\"}", 400, "cursor")]
    public async Task What_is_refused_over_HTTP_is_refused_with_the_same_words(string question, int status, string words)
    {
        var request = JsonSerializer.Deserialize(question, SearchJson.Default.SearchRequest)!;

        var answer = await Assert.ThrowsExactlyAsync<ApiError>(async () => await server.SearchAsync(request));
        var stream = await Assert.ThrowsExactlyAsync<ApiError>(async () => await server.MatchesAsync(request).CountAsync());

        Assert.AreEqual((status, status), (answer.Status, stream.Status));
        StringAssert.Contains(answer.Detail, words, StringComparison.Ordinal);
        StringAssert.Contains(stream.Detail, words, StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Counts_are_an_answer_and_no_stream()
    {
        var request = new SearchRequest { Term = "of many", CountOnly = true };

        var counted = await server.SearchAsync(request);
        var refused = await Assert.ThrowsExactlyAsync<ApiError>(async () => await server.MatchesAsync(request).CountAsync());

        Assert.AreEqual((Lines, "many.txt"), (counted.Count, counted.Dictionaries!.Single().Dictionary));
        Assert.AreEqual(400, refused.Status);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_file_that_is_read_is_not_locked_for_others()
    {
        using var root = RootFolder.TryOpen(Folder.Path)!;
        using var held = root.OpenFile("many.txt");

        var (exitCode, _, errors) = await TestServer.RunAsync(
            Programs.Start("flock", "--nonblock", "--exclusive", Path.Join(Folder.Path, "many.txt"), "true"));

        Assert.AreEqual(0, exitCode, errors);
    }

    static Settings Settings(TimeSpan timeout)
    {
        var settings = InProcess.Quiet();
        var search = new SearchSettings { Folder = Folder.Path, AnswerBytes = 1 << 20 };
        return settings with { Search = timeout == Timeout.InfiniteTimeSpan ? search : search with { Timeout = timeout } };
    }

    static async Task<double> GaugeAsync(string name)
    {
        var text = await Http.GetStringAsync(new Uri(server.Url, "/metrics"));
        var line = text.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line[(name.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
