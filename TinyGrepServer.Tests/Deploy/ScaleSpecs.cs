// Two servers behind nginx under load, while they are killed, stopped and started again: no safe request fails, no message
// whose keeping was confirmed is lost. TINYGREP_TEST_SECONDS says how long the load goes on at least (8).

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;

namespace TinyGrepServer.Tests.Deploy;

[TestClass]
public sealed class ScaleSpecs
{
    const int Clients = 8;

    static readonly string[] Questions =
    [
        "/api/v1/search?q=cache&limit=20",
        "/api/v1/search?q=lock&limit=5&context=1",
        "/api/v1/dictionaries",
        "/readyz",
        "/api/v1/web",
    ];

    static readonly TimeSpan Length = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("TINYGREP_TEST_SECONDS") ?? "8", CultureInfo.InvariantCulture));

    static Cluster? shared;

    static Cluster Servers => shared!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => shared = await Cluster.StartAsync(2, "--log-level", "warning");

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (shared is not null) await shared.DisposeAsync();
    }

    [TestMethod, Timeout(600_000)]
    public async Task One_server_killed_and_one_stopped_cost_no_safe_request_and_no_message()
    {
        await using var load = new Load();

        await load.GoOnAsync(Length / 4);
        await Servers.SignalAsync("server-1", "KILL");
        await load.GoOnAsync(Length / 4);
        await StartAgainAsync();
        await Servers.SignalAsync("server-2", "TERM");
        await Wait.UntilAsync(() => !ProcessTable.IsAlive(Servers.ProcessOf("server-2")), "the server has stopped");
        await load.GoOnAsync(Length / 4);
        await StartAgainAsync();
        await load.GoOnAsync(Length / 4);

        await load.MustHaveGoneWellAsync();
    }

    [TestMethod, Timeout(600_000)]
    public async Task A_rolling_restart_under_load_costs_no_safe_request()
    {
        var before = (Servers.ProcessOf("server-1"), Servers.ProcessOf("server-2"));
        await using var load = new Load();

        await load.GoOnAsync(Length / 8);
        var (exitCode, output, errors) = await Servers.RunAsync("restart");
        await load.GoOnAsync(Length / 8);

        Assert.AreEqual(0, exitCode, errors);
        Assert.AreEqual("server-1 is back.\nserver-2 is back.\n", output);
        Assert.AreNotEqual(before.Item1, Servers.ProcessOf("server-1"));
        Assert.AreNotEqual(before.Item2, Servers.ProcessOf("server-2"));
        await load.MustHaveGoneWellAsync();
    }

    [TestMethod, Timeout(120_000)]
    public async Task What_runs_is_told_and_started_only_once()
    {
        var before = Servers.ProcessOf("server-1");

        var (exitCode, output, errors) = await Servers.StartAgainAsync();
        var status = await Servers.RunAsync("status");

        Assert.AreEqual(0, exitCode, errors);
        Assert.StartsWith($"Serving on {Servers.Url} (2 servers;", output);
        Assert.AreEqual(before, Servers.ProcessOf("server-1"));
        Assert.AreEqual(0, status.ExitCode, status.Output);
        Assert.AreEqual(4, status.Output.Split('\n').Count(line => line.EndsWith(" ready", StringComparison.Ordinal)), status.Output);
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_stop_ends_every_process_and_a_start_finds_the_messages_again()
    {
        await using var cluster = await Cluster.StartAsync(1);
        using var client = cluster.NewClient(HttpVersion.Version20);
        using var stored = await client.PostAsJsonAsync("/messages", new { message = "kept" });
        int[] processes = [cluster.ProcessOf("nginx"), cluster.ProcessOf("postgresql"), cluster.ProcessOf("server-1")];

        var (exitCode, _, errors) = await cluster.RunAsync("stop");

        Assert.AreEqual(0, exitCode, errors);
        foreach (var process in processes) Assert.IsFalse(ProcessTable.IsAlive(process));
        Assert.IsEmpty(ProcessTable.Mentioning(cluster.Data));
        Assert.IsFalse(Directory.Exists(Path.Join(cluster.Data, "run")));
        Assert.AreEqual(0, (await cluster.RunAsync("stop")).ExitCode);
        Assert.AreEqual(3, (await cluster.RunAsync("status")).ExitCode);

        Assert.AreEqual(0, (await cluster.StartAgainAsync()).ExitCode);
        using var again = cluster.NewClient(HttpVersion.Version20);
        Assert.AreEqual("""{"message":"kept"}""", await again.GetStringAsync(stored.Headers.Location));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("0", "1..64 servers")]
    [DataRow("many", "what is 'many'?")]
    [DataRow("2 --port 70000", "--port: expected 1..65436, not '70000'")]
    [DataRow("2 --dicts /nowhere", "--dicts: there is no folder /nowhere")]
    [DataRow("2 --name a;b", "--name: expected a host name, not 'a;b'")]
    public async Task A_wrong_word_is_one_line_and_exit_code_2(string arguments, string said)
    {
        var (exitCode, output, errors) = await Servers.RunAsync($"{arguments}".Split(' '));

        Assert.AreEqual(2, exitCode);
        Assert.AreEqual("", output);
        Assert.AreEqual($"scale.sh: {said}; try deploy/scale.sh --help\n", errors);
    }

    static async Task StartAgainAsync()
    {
        var (exitCode, _, errors) = await Servers.StartAgainAsync();
        Assert.AreEqual(0, exitCode, errors);
    }

    /// <summary>Clients that ask, store and read back without a pause, half of them over HTTP/2.</summary>
    sealed class Load : IAsyncDisposable
    {
        readonly ConcurrentDictionary<Uri, string> kept = new();
        readonly ConcurrentBag<string> failed = [];
        readonly CancellationTokenSource over = new();
        readonly Task[] clients;
        int answered;
        int refused;

        public Load() => clients = [.. Enumerable.Range(0, Clients).Select(number => Task.Run(() => AskOnAsync(number)))];

        /// <summary>The load goes on for a time, and until every kind of request has been answered since.</summary>
        public async Task GoOnAsync(TimeSpan time)
        {
            var (until, reads, writes) = (DateTime.UtcNow + time, Volatile.Read(ref answered), kept.Count);
            await Wait.UntilAsync(
                () => DateTime.UtcNow > until && Volatile.Read(ref answered) > reads && kept.Count > writes,
                "answers come",
                time + TimeSpan.FromSeconds(30));
        }

        public async Task MustHaveGoneWellAsync()
        {
            await over.CancelAsync();
            await Task.WhenAll(clients);
            Assert.AreEqual("", string.Join('\n', failed.Take(20)), $"{failed.Count} of {answered} safe requests failed");
            using var reader = Servers.NewClient(HttpVersion.Version20);
            foreach (var (where, text) in kept) Assert.AreEqual($$"""{"message":"{{text}}"}""", await reader.GetStringAsync(where));
            Console.WriteLine($"{answered} safe requests answered, {kept.Count} messages kept, {refused} writes not confirmed");
        }

        public async ValueTask DisposeAsync()
        {
            await over.CancelAsync();
            await Task.WhenAll(clients);
            over.Dispose();
        }

        async Task AskOnAsync(int number)
        {
            var random = new Random(number);
            using var client = Servers.NewClient(number % 2 == 0 ? HttpVersion.Version11 : HttpVersion.Version20);
            while (!over.IsCancellationRequested)
            {
                if (random.Next(3) == 0) await StoreAsync(client, $"{Guid.NewGuid()} {new string('m', random.Next(2_000))}");
                else await AskAsync(client, Questions[random.Next(Questions.Length)], null);
            }
        }

        async Task StoreAsync(HttpClient client, string text)
        {
            try
            {
                using var reply = await client.PostAsJsonAsync("/messages", new { message = text });
                if (reply.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK)
                {
                    kept[reply.Headers.Location!] = text;
                    await AskAsync(client, reply.Headers.Location!.ToString(), $$"""{"message":"{{text}}"}""");
                    return;
                }
                if (reply.StatusCode is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable))
                    failed.Add($"POST {(int)reply.StatusCode}");
                Interlocked.Increment(ref refused);
            }
            catch (HttpRequestException lost)
            {
                failed.Add($"POST {lost.Message}"); // nginx always answers
            }
        }

        async Task AskAsync(HttpClient client, string path, string? expected)
        {
            try
            {
                using var reply = await client.GetAsync(path);
                var text = await reply.Content.ReadAsStringAsync();
                if (reply.StatusCode != HttpStatusCode.OK || (expected ?? text) != text)
                    failed.Add($"GET {path} {(int)reply.StatusCode} {text}");
                Interlocked.Increment(ref answered);
            }
            catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException)
            {
                failed.Add($"GET {path} {lost}");
            }
        }
    }
}
