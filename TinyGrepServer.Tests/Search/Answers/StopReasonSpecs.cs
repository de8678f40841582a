// An answer says whether it is complete and, if not, why. The slow grep is a script ahead of the real one on PATH: it prints
// what grep finds, then holds its pipe open.

using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class StopReasonSpecs
{
    const string Held = "case \"$*\" in *slow*) /bin/grep \"$@\"; exec /bin/sleep 60;; *) exec /bin/grep \"$@\";; esac";

    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    // All asked at once, at the start: each takes until its time is up.
    static Task<Answered> plain = null!;
    static Task<Answered> lines = null!;
    static Task<Answered> withContext = null!;
    static Task<Answered> counted = null!;
    static Task<Answered> firstApi = null!;
    static Task<Answered[]> twice = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write("dicts/a.txt", "slow one\nquick\nslow two\n");
        Folder.Script("bin/grep", Held);
        server = await TestServer.StartAsync(
            FakeGrep.FirstOnPath($"{Folder.Path}/bin"), "--dicts", $"{Folder.Path}/dicts", "--timeout", "3s", "--max-searches", "16");
        plain = server.GetAsync("/api/v1/search?q=slow");
        lines = server.GetAsync("/api/v1/search?q=slow&limit=50", ("Accept", "application/x-ndjson"));
        withContext = server.GetAsync("/api/v1/search?q=slow&after=5&before=1");
        counted = server.GetAsync("/api/v1/search?q=slow&count_only=true");
        firstApi = server.FirstAsync(new { action = "search", term = "slow" });
        twice = Task.WhenAll(server.GetAsync("/api/v1/search?q=slow+t"), server.GetAsync("/api/v1/search?q=slow+t"));
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_search_out_of_time_answers_with_what_it_has_and_says_so()
    {
        var answered = await plain.OkAsync();

        CollectionAssert.AreEqual(new[] { "slow one", "slow two" }, answered.Matches.Select(match => match.TextOf()).ToArray());
        AssertStopped(answered.Json, "timeout", 2);
        await Wait.UntilAsync(() => server.Children().Count == 0, "the slow grep is gone");
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_NDJSON_answer_out_of_time_says_so_in_its_summary()
    {
        var answered = await lines.OkAsync();

        AssertStopped(JsonDocument.Parse(answered.Text.TrimEnd('\n').Split('\n')[^1]).RootElement, "timeout", 2);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Matches_that_wait_for_their_context_are_in_the_answer_out_of_time_too()
    {
        var answered = await withContext.OkAsync();

        AssertStopped(answered.Json, "timeout", 2);
        CollectionAssert.AreEqual(new[] { "quick", "slow two" }, answered.Matches[0].Strings("after"));
        CollectionAssert.AreEqual(new[] { "quick" }, answered.Matches[1].Strings("before"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_count_out_of_time_is_not_complete()
    {
        var answered = await counted.OkAsync();

        AssertStopped(answered.Json, "timeout", 2);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_first_API_cannot_say_so_and_answers_504()
    {
        await firstApi.RefusedAsync(504);

        await Wait.UntilAsync(() => server.Children().Count == 0, "the slow grep is gone");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_limit_that_is_reached_before_the_time_is_the_reason()
    {
        var full = await server.GetAsync("/api/v1/search?q=slow&limit=1").OkAsync();
        var first = await server.FirstAsync(new { action = "search", term = "slow", nresults = 1 }).OkAsync();

        AssertStopped(full.Json, "limit", 1);
        CollectionAssert.AreEqual(new[] { "slow one" }, first.Results);
        await Wait.UntilAsync(() => server.Children().Count == 0, "the slow grep is gone");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_search_in_time_is_not_touched_by_slow_ones_beside_it()
    {
        var slow = server.GetAsync("/api/v1/search?q=slow");

        var quick = await server.GetAsync("/api/v1/search?q=quick").OkAsync();

        Assert.IsTrue(quick.Json.GetProperty("complete").GetBoolean());
        AssertStopped((await slow.OkAsync()).Json, "timeout", 2);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_second_asker_of_a_slow_question_is_answered_too()
    {
        foreach (var answered in await twice) AssertStopped(answered.Json, "timeout", 1);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_grep_that_fails_for_no_known_reason_is_our_fault_and_tells_nothing()
    {
        using var folder = new TemporaryFolder();
        folder.Script("bin/grep", "echo secret reason >&2\nexit 77");
        folder.Write("dicts/a.txt", "x\n");
        await using var own = await TestServer.StartAsync(
            FakeGrep.FirstOnPath($"{folder.Path}/bin"), "--dicts", $"{folder.Path}/dicts");

        var answered = await own.FirstAsync(new { action = "search", term = "x" });

        Assert.IsTrue(answered.Status is 400 or 500, answered.Text);
        Assert.IsFalse(answered.Text.Contains(folder.Path, StringComparison.Ordinal), answered.Text);
    }

    static void AssertStopped(JsonElement summary, string reason, int count)
    {
        Assert.AreEqual(reason, summary.GetProperty("stop_reason").GetString());
        Assert.IsFalse(summary.GetProperty("complete").GetBoolean());
        Assert.AreEqual(count, summary.GetProperty("count").GetInt32());
    }
}
