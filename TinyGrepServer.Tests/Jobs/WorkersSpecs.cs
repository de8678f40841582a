// Workers with a kind of the test's own, in servers inside the test: what really runs, how often, and how it ends.

using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using TinyGrepServer.Access;
using TinyGrepServer.Jobs;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;
using TinyGrepServer.Telemetry;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Jobs;

[TestClass]
public sealed class WorkersSpecs
{
    readonly ConcurrentDictionary<string, int> inside = new();
    readonly ConcurrentBag<string> runs = [];
    volatile bool overlapped;

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task Three_servers_share_the_work_and_do_nothing_twice(Engine engine)
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(engine, folder);
        var kind = new JobKind("count", _ => { }, CountAsync);
        await using var first = await StartAsync(options, kind);
        await using var second = await StartAsync(options, kind);
        await using var third = await StartAsync(options, kind);
        using var http = await ClientAsync(first);

        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, stop) =>
        {
            using var reply = await http.PostAsJsonAsync(JobsServer.Path, new { kind = "count" }, stop);
            reply.EnsureSuccessStatusCode();
        });
        await Wait.UntilAsync(async () => (await CountsAsync(http)).Number("done") == 300, "all are done", TimeSpan.FromSeconds(60));

        Assert.IsFalse(overlapped);
        Assert.HasCount(300, runs);
        Assert.HasCount(300, runs.Distinct().ToList());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_kind_that_throws_is_tried_again_and_the_client_does_not_see_what_was_thrown()
    {
        using var folder = new TemporaryFolder();
        var kind = new JobKind("broken", _ => { }, (_, _) => throw new InvalidOperationException("secret"));
        await using var server = await StartAsync(await Databases.OptionsAsync(Engine.Sqlite, folder), kind);
        using var http = await ClientAsync(server);

        using var reply = await http.PostAsJsonAsync(JobsServer.Path, new { kind = "broken", max_attempts = 2 });
        await Wait.UntilAsync(async () => (await CountsAsync(http)).Number("failed") == 1, "it has failed");
        var job = (await http.GetFromJsonAsync<JsonElement>(JobsServer.Path)).GetProperty("jobs")[0];

        Assert.AreEqual(2, job.Number("attempts"));
        Assert.IsFalse(job.GetRawText().Contains("secret", StringComparison.Ordinal));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_kind_that_will_not_stop_does_not_hold_the_stop_for_ever()
    {
        using var folder = new TemporaryFolder();
        var never = new TaskCompletionSource<byte[]?>();
        var kind = new JobKind("stubborn", _ => { }, (run, _) =>
        {
            runs.Add(run.Id);
            return never.Task;
        });
        var server = await StartAsync(await Databases.OptionsAsync(Engine.Sqlite, folder), kind);
        using var http = await ClientAsync(server);
        using var reply = await http.PostAsJsonAsync(JobsServer.Path, new { kind = "stubborn" });
        await Wait.UntilAsync(() => runs.Count == 1, "it runs");

        var whole = await server.StopAsync();

        Assert.IsFalse(whole, "the stop says that something was left");
        never.SetResult(null);
    }

    async Task<byte[]?> CountAsync(JobRun run, CancellationToken cancellationToken)
    {
        if (inside.AddOrUpdate(run.Id, 1, (_, before) => before + 1) != 1) overlapped = true;
        runs.Add(run.Id);
        await Task.Delay(5, cancellationToken);
        inside.AddOrUpdate(run.Id, 0, (_, before) => before - 1);
        return null;
    }

    static async Task<JsonElement> CountsAsync(HttpClient http) =>
        (await http.GetFromJsonAsync<JsonElement>($"{JobsServer.Path}?limit=1")).GetProperty("counts");

    static Task<TinyServer> StartAsync(string[] options, JobKind kind) => TinyServer.StartAsync(
        new Settings
        {
            Server = new ServerSettings { Port = 0, ShutdownTimeout = TimeSpan.FromSeconds(3) },
            Search = new SearchSettings { Folder = Path.Join(TestServer.Root, "dicts") },
            Storage = new StorageSettings { DataFolder = options[1], Database = options.Length > 2 ? options[3] : null },
            Access = new AccessSettings { OpenTokens = true, RateLimit = null },
            Log = new LogSettings { Level = Microsoft.Extensions.Logging.LogLevel.None },
        },
        app => app.Add(kind));

    static async Task<HttpClient> ClientAsync(TinyServer server)
    {
        var http = new HttpClient { BaseAddress = server.Url };
        using var reply = await http.PostAsJsonAsync("/api/token", new { user = "ann" });
        var token = (await reply.Content.ReadFromJsonAsync<JsonElement>()).Text("token");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }
}
