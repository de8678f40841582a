// Many follow while a log is written and rotated, and while the server stops and comes back: each line comes to each follower once, and
// nothing is left behind. TINYGREP_TEST_SECONDS sets how long.

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class FollowCrowdSpecs
{
    const string Query = "q=hit&dictionary=app.log";

    [TestMethod, Timeout(600_000)]
    public async Task Every_line_comes_once_to_each_through_rotations_and_a_restart()
    {
        var seconds = Knob.Of("TINYGREP_TEST_SECONDS", 4);
        using var folder = new TemporaryFolder();
        folder.Write("app.log", "");
        var port = Ports.Free();
        string[] arguments = ["--dicts", folder.Path, "--port", $"{port}", "--max-follows", "200", "--log-level", "warning"];
        var server = await TestServer.AttachAsync(Process.Start(TestServer.Command(arguments))!);
        var url = server.Url;
        using var ended = new CancellationTokenSource();
        var followers = Enumerable.Range(0, 100).Select(_ => new Reader(url)).ToList();
        await Task.WhenAll(followers.Select(reader => reader.BeginAsync()));
        var reading = followers.Select(reader => Task.Run(() => reader.RunAsync(ended.Token))).ToList();

        using var over = new Over(ended);
        using var writer = new LogWriter(folder.Path);
        var half = TimeSpan.FromSeconds(seconds / 2.0);
        await writer.WriteAsync(half);
        server.Signal(TestServer.Terminate);
        await writer.WriteAsync(TimeSpan.FromSeconds(0.3)); // rotated while nobody is there, too
        Assert.AreEqual(0, await server.WaitForExitAsync(), server.Log);
        await server.DisposeAsync();
        server = await TestServer.AttachAsync(Process.Start(TestServer.Command(arguments))!);
        await writer.WriteAsync(half);

        foreach (var (reader, task) in followers.Zip(reading))
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await Wait.UntilAsync(
                () => reader.Count >= writer.Written || reader.Wrong.Length > 0 || task.IsCompleted || timeout.IsCancellationRequested,
                "all lines have come",
                TimeSpan.FromSeconds(90));
            if (task.IsCompleted) await task;
            Assert.AreEqual("", reader.Wrong);
            Assert.AreEqual("", reader.MissingOf(writer.Written));
        }
        await ended.CancelAsync();
        await Task.WhenAll(reading);
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_follows") == 0, "all have left");
        await Wait.UntilAsync(() => server.Children().Count == 0, "no grep is left");
        await server.DisposeAsync();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_stop_says_bye_and_takes_no_longer_for_those_who_follow()
    {
        using var folder = new TemporaryFolder();
        folder.Write("app.log", "");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--drain-delay", "5s");
        await using var client = await FollowClient.StartAsync(server.Url, Query);

        server.Signal(TestServer.Terminate);
        var bye = await client.NextShortAsync();
        await using var late = await FollowClient.StartAsync(server.Url, Query, client.Cursor);
        var end = await client.NextShortAsync();

        Assert.AreEqual("bye", bye);
        Assert.IsNull(end);
        Assert.AreEqual("bye", await late.NextShortAsync());
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_stop_does_not_wait_for_lines_that_are_being_judged()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("d/app.log", "slow before\n");
        var environment = FakeGrep.In(folder, FakeGrep.SlowOnLines);
        await using var server = await TestServer.StartAsync(environment, "--dicts", Path.GetDirectoryName(log)!);
        await using var client = await FollowClient.StartAsync(server.Url, "q=slow&dictionary=app.log");
        await using var newcomer = await FollowClient.StartAsync(server.Url, "q=slow&dictionary=app.log&last=1");

        await File.AppendAllTextAsync(log, "slow 1\n");
        await Wait.UntilAsync(() => server.Children().Count == 2, "both are being judged");
        server.Signal(TestServer.Terminate);

        Assert.AreEqual("bye", await client.NextShortAsync());
        Assert.AreEqual("bye", await newcomer.NextShortAsync());
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lines_that_take_too_long_to_judge_are_told_and_those_after_them_are_judged()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("d/app.log", "");
        var environment = FakeGrep.In(folder, FakeGrep.SlowOnLines);
        await using var server = await TestServer.StartAsync(environment, "--dicts", Path.GetDirectoryName(log)!, "--timeout", "5s");
        await using var client = await FollowClient.StartAsync(server.Url, "q=slow&dictionary=app.log");

        await File.AppendAllTextAsync(log, "slow 1\nslow 2\n");
        var problem = (await client.NextAsync())!;
        await File.AppendAllTextAsync(log, "a slow one, not at the beginning\n");

        Assert.AreEqual("problem", $"{problem["event"]}");
        Assert.AreEqual("the time was up before all new lines were judged", $"{problem["problem"]}");
        Assert.AreEqual("app.log:3:a slow one, not at the beginning", await client.NextShortAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_folder_that_is_not_watched_is_followed_too()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("app.log", "");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--watch", "off");
        await using var client = await FollowClient.StartAsync(server.Url, Query);

        await File.AppendAllTextAsync(log, "hit 1\n");
        Assert.AreEqual("app.log:1:hit 1", await client.NextShortAsync());
        File.Move(log, log + ".1");
        await File.WriteAllTextAsync(log, "hit 2\n");
        Assert.AreEqual("app.log:1:hit 2", await client.NextShortAsync());
    }

    /// <summary>Writes numbered lines, rotates by rename now and then, and never stops in the middle of a line.</summary>
    sealed class LogWriter(string folder) : IDisposable
    {
        StreamWriter log = Open(folder);
        int generation;

        public int Written { get; private set; }

        /// <summary>A thousand lines a second, for so long.</summary>
        public async Task WriteAsync(TimeSpan length)
        {
            var clock = Stopwatch.StartNew();
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (clock.Elapsed < length)
            {
                for (var line = 0; line < 10; line++)
                {
                    Written++;
                    await log.WriteLineAsync($"hit {Written.ToString(CultureInfo.InvariantCulture)}");
                    await log.WriteLineAsync("nothing");
                }
                await log.FlushAsync();
                if (Written / 500 > generation) await RotateAsync();
                await tick.WaitForNextTickAsync();
            }
        }

        async Task RotateAsync()
        {
            var path = Path.Join(folder, "app.log");
            File.Move(path, $"{path}.{++generation}");
            await log.WriteLineAsync($"hit {(++Written).ToString(CultureInfo.InvariantCulture)}"); // a writer that has not noticed yet
            await log.DisposeAsync();
            log = Open(folder);
        }

        static StreamWriter Open(string folder) =>
            new(new FileStream(Path.Join(folder, "app.log"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));

        public void Dispose() => log.Dispose();
    }

    /// <summary>However the test ends, nobody goes on following.</summary>
    sealed class Over(CancellationTokenSource ended) : IDisposable
    {
        public void Dispose() => ended.Cancel();
    }

    /// <summary>Follows, comes back where it was whenever it is let go, and counts.</summary>
    sealed class Reader(Uri url)
    {
        readonly ConcurrentDictionary<int, bool> seen = new();
        FollowClient? client;
        string cursor = "";

        public int Count => seen.Count;

        public string Wrong { get; private set; } = "";

        /// <summary>The numbers of the lines that have not come, the first hundred.</summary>
        public string MissingOf(int written) =>
            string.Join(' ', Enumerable.Range(1, written).Where(line => !seen.ContainsKey(line)).Take(100));

        public async Task BeginAsync()
        {
            client = await FollowClient.StartAsync(url, Query);
            cursor = client.Cursor;
        }

        public async Task RunAsync(CancellationToken ended)
        {
            while (!ended.IsCancellationRequested)
            {
                try
                {
                    client ??= await FollowClient.StartAsync(url, Query, cursor);
                    await using (client) await ReadAsync(client, ended);
                }
                catch (Exception gone)
                    when (gone is HttpRequestException or SocketException or IOException or ObjectDisposedException
                        or AssertFailedException)
                {
                    await Wait.UntilAsync(async () => ended.IsCancellationRequested || await Ports.AnswersAsync(url), "it can come back");
                }
                client = null;
            }
        }

        async Task ReadAsync(FollowClient reading, CancellationToken ended)
        {
            await using var end = ended.Register(() => _ = reading.DisposeAsync().AsTask());
            while (await reading.NextAsync() is { } told)
            {
                cursor = reading.Cursor;
                if (told["event"] is { } kind)
                {
                    if ($"{kind}" != "bye") Wrong += $"{told.ToJsonString()} ";
                    continue;
                }
                var number = int.Parse($"{told["text"]}".Split(' ')[1], CultureInfo.InvariantCulture);
                if (!seen.TryAdd(number, true)) Wrong += $"{number} twice ";
            }
        }
    }
}
