// Single flight: whoever asks the same while a search runs joins it, and it is cancelled with the last of them. The grep of
// these tests waits for a file to appear, so that every asker has arrived before it answers.

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class SharedSearchesSpecs
{
    const string Question = "/api/v1/search?q=line&dictionary=a.txt";

    [TestMethod, Timeout(60_000)]
    public async Task Askers_of_the_same_question_share_one_grep()
    {
        await using var stage = await Stage.SetAsync("10s");
        var before = await stage.Server.GaugeAsync("tinygrep_cache_misses_total");

        var askers = Enumerable.Range(0, 20).Select(_ => stage.Server.GetAsync(Question).OkAsync()).ToList();
        await Wait.UntilAsync(
            async () => await stage.Server.GaugeAsync("tinygrep_cache_misses_total") == before + 20, "all have asked");
        await Wait.UntilAsync(() => stage.Greps() > 0, "the search runs");
        stage.LetGrepAnswer();
        var answers = await Task.WhenAll(askers);

        Assert.AreEqual(1, stage.Greps());
        Assert.HasCount(1, answers.Select(answer => answer.Text).Distinct().ToList());
        Assert.Contains("\"count\":1,\"complete\":true", answers[0].Text);
        var timings = answers.Select(answer => answer.Response.Headers.GetValues("Server-Timing").Single()).ToList();
        Assert.AreEqual(19, timings.Count(timing => timing.StartsWith("joined, folder;", StringComparison.Ordinal)), "and say so");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_file_changed_a_moment_ago_is_never_joined_where_changes_are_not_told()
    {
        await using var stage = await Stage.SetAsync("10s", watch: "off");
        List<Task<string>> askers = [];

        for (var each = false; !each;)
        {
            var (before, age) = (stage.Greps(), Stopwatch.StartNew());
            await File.AppendAllTextAsync(Path.Join(stage.Folder.Path, "dicts", "a.txt"), "one more line\n");
            askers.AddRange(Enumerable.Range(0, 3).Select(_ => stage.Server.Http.GetStringAsync(Question)));
            await Wait.UntilAsync(
                () => (each = stage.Greps() == before + 3) || age.Elapsed > TimeSpan.FromSeconds(2), // then the file is young no more
                "each has a grep of its own");
        }
        stage.LetGrepAnswer();

        await Task.WhenAll(askers);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_first_askers_time_is_up_while_the_search_goes_on_for_the_second()
    {
        await using var stage = await Stage.SetAsync("6s");

        var first = stage.Server.Http.GetStringAsync(Question);
        await Wait.UntilAsync(() => stage.Greps() == 1, "the search runs");
        var asked = Stopwatch.StartNew();
        await Wait.UntilAsync(() => asked.Elapsed > TimeSpan.FromSeconds(3), "half of the first asker's time has passed");
        var second = stage.Server.Http.GetStringAsync(Question);
        var partial = await first;
        stage.LetGrepAnswer();
        var whole = await second;

        Assert.Contains("\"complete\":false,\"stop_reason\":\"timeout\"", partial);
        Assert.Contains("\"count\":1,\"complete\":true", whole);
        Assert.AreEqual(1, stage.Greps());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_search_whose_time_is_up_tells_itself_what_it_has_found()
    {
        var searches = new SharedSearches(TimeSpan.FromMilliseconds(1));

        var reply = await searches.AskAsync(
            "a question",
            async (_, _) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1)); // the subject: it ends later than its asker would wait for another's
                return Reply.Text("all that there was time for");
            },
            _ => throw new InvalidOperationException("It is asked by one, and its reply can be had by all."),
            CancellationToken.None);

        Assert.AreEqual("all that there was time for", Encoding.UTF8.GetString(reply.Body.Span));
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_search_is_cancelled_with_the_last_of_its_askers()
    {
        await using var stage = await Stage.SetAsync("1s");

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => stage.Server.Http.GetStringAsync(Question)));

        Assert.IsTrue(answers.All(answer => answer.Contains("\"stop_reason\":\"timeout\"", StringComparison.Ordinal)));
        await Wait.UntilAsync(() => stage.Server.Children().Count == 0, "no grep is left");
        await Wait.UntilAsync(async () => await stage.Server.GaugeAsync("tinygrep_searches_running") == 0, "it has ended");
    }

    [TestMethod, Timeout(120_000)]
    public async Task Five_hundred_clients_that_vanish_leave_nothing()
    {
        using var folder = new TemporaryFolder();
        folder.Write("large.txt", string.Concat(Enumerable.Repeat(new string('x', 99) + "\n", 100_000)));
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--log-level", "error");
        var request = Encoding.ASCII.GetBytes(RawClient.Request("POST", "/api/v1/json", """{"action":"all"}"""));

        await Parallel.ForAsync(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (number, _) =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, server.Url.Port, CancellationToken.None);
            await client.GetStream().WriteAsync(request, CancellationToken.None);
            if (number % 2 == 0) await client.GetStream().ReadExactlyAsync(new byte[100], CancellationToken.None);
        });

        var minute = TimeSpan.FromSeconds(60);
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_searches_running") == 0, "no search runs", minute);
        await Wait.UntilAsync(async () => await server.GaugeAsync("http_server_active_requests") == 1, "only the scrape is active", minute);
        Assert.IsEmpty(server.Children());
        Assert.IsLessThan(200L << 20, ProcessTable.PeakMemory(server.Process.Id));
    }

    /// <summary>A server with one settled dictionary and a grep that waits.</summary>
    sealed class Stage : IAsyncDisposable
    {
        public required TemporaryFolder Folder { get; init; }

        public required TestServer Server { get; init; }

        public static async Task<Stage> SetAsync(string timeout, string watch = "auto")
        {
            var folder = new TemporaryFolder();
            folder.Write("dicts/a.txt", "a line\n");
            folder.Script("bin/grep", $"""
                [ -e {folder.Path}/slow ] || exec /usr/bin/grep "$@"
                echo >>{folder.Path}/greps
                while [ ! -e {folder.Path}/go ]; do sleep 0.02; done
                exec /usr/bin/grep "$@"
                """);
            var server = await TestServer.StartAsync(
                FakeGrep.FirstOnPath(Path.Join(folder.Path, "bin")),
                "--dicts", Path.Join(folder.Path, "dicts"), "--timeout", timeout, "--cache-bytes", "0", "--watch", watch);
            await server.SettledTagAsync(Question);
            folder.Write("slow", "");
            return new Stage { Folder = folder, Server = server };
        }

        public int Greps() => File.Exists(Path.Join(Folder.Path, "greps")) ? File.ReadAllLines(Path.Join(Folder.Path, "greps")).Length : 0;

        public void LetGrepAnswer() => Folder.Write("go", "");

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Folder.Dispose();
        }
    }
}
