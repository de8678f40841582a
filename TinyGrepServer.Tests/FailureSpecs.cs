// What docs/failures.md promises, row by row: what the client sees and what the log says.

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed partial class FailureSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task Grep_is_missing_at_start()
    {
        var start = TestServer.Command("--port", "0");
        start.FileName = Programs.Find(start.FileName);
        start.Environment["PATH"] = "/nowhere";

        var (exitCode, output, errors) = await TestServer.RunAsync(start);

        Assert.AreEqual(2, exitCode);
        Assert.AreEqual("", output);
        StringAssert.Contains(errors, "There is no grep on PATH", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Grep_vanishes_while_running()
    {
        using var bin = new TemporaryFolder();
        var grep = bin.Script("grep", "exec /usr/bin/grep \"$@\"");
        await using var server = await TestServer.StartAsync(FakeGrep.FirstOnPath(bin.Path));

        File.Delete(grep);
        var reply = await server.Http.GetAsync("/api/v1/search?q=a");

        Assert.AreEqual(HttpStatusCode.InternalServerError, reply.StatusCode);
        await Wait.UntilAsync(() => server.Log.Contains("Unhandled error", StringComparison.Ordinal), "the log line");
        StringAssert.Contains(server.Log, "No such file", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_folder_is_gone_while_running()
    {
        using var folder = new TemporaryFolder();
        folder.Write("dicts/a.txt", "a\n");
        await using var server = await TestServer.StartAsync("--dicts", Path.Join(folder.Path, "dicts"));

        Directory.Move(Path.Join(folder.Path, "dicts"), Path.Join(folder.Path, "away"));
        var all = await server.Http.GetAsync("/api/v1/search?q=a");
        var named = await server.Http.GetAsync("/api/v1/search?q=a&dictionary=a.txt");
        var first = await AskFirstApiAsync(server, "a", "a.txt");
        var ready = await server.Http.GetAsync("/readyz");
        Directory.Move(Path.Join(folder.Path, "away"), Path.Join(folder.Path, "dicts"));
        var back = await server.Http.GetAsync("/api/v1/search?q=a");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, all.StatusCode);
        Assert.IsNotNull(all.Headers.RetryAfter);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, named.StatusCode);
        Assert.AreEqual(HttpStatusCode.Forbidden, first.StatusCode);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, back.StatusCode);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_dictionary_cannot_be_read()
    {
        using var folder = new TemporaryFolder();
        using var bin = new TemporaryFolder();
        folder.Write("a.txt", "apple\n");
        folder.Write("b.txt", "apple\n");
        bin.Script("grep", """
            for last; do :; done
            [ "$last" = /dev/null ] && exit 1
            /usr/bin/grep "$@"
            echo grep: b.txt: Input/output error >&2
            exit 2
            """);
        await using var server = await TestServer.StartAsync(FakeGrep.FirstOnPath(bin.Path), "--dicts", folder.Path);

        var alone = await server.Http.GetAsync("/api/v1/search?q=apple&dictionary=b.txt");
        var both = await server.Http.GetStringAsync("/api/v1/search?q=apple");

        Assert.AreEqual(HttpStatusCode.Forbidden, alone.StatusCode);
        StringAssert.Contains(both, "\"count\":2,\"complete\":false,\"stop_reason\":\"unreadable\"", StringComparison.Ordinal);
        await Wait.UntilAsync(() => server.Log.Contains("grep ended with 2", StringComparison.Ordinal), "the log line");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_pattern_needs_too_much_memory()
    {
        await using var server = await TestServer.StartAsync("--search-memory", "64MiB");

        var reply = await server.Http.GetAsync(
            "/api/v1/search?mode=extended&q=" + Uri.EscapeDataString("(((a{1,100}){1,100}){1,100}){1,100}"));

        Assert.AreEqual(HttpStatusCode.BadRequest, reply.StatusCode);
        StringAssert.Contains(await reply.Content.ReadAsStringAsync(), "grep: Memory exhausted", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_search_takes_too_long()
    {
        using var bin = new TemporaryFolder();
        bin.Script("grep", "exec sleep 60");
        await using var server = await TestServer.StartAsync(FakeGrep.FirstOnPath(bin.Path), "--timeout", "300ms");

        var first = await AskFirstApiAsync(server, "a", "quotes.txt");
        var full = await server.Http.GetStringAsync("/api/v1/search?q=a");

        Assert.AreEqual(HttpStatusCode.GatewayTimeout, first.StatusCode);
        StringAssert.Contains(full, "\"complete\":false,\"stop_reason\":\"timeout\"", StringComparison.Ordinal);
        await Wait.UntilAsync(() => server.Children().Count == 0, "no grep is left");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Too_many_searches_at_once()
    {
        using var bin = new TemporaryFolder();
        bin.Script("grep", "exec sleep 60");
        await using var server = await TestServer.StartAsync(FakeGrep.FirstOnPath(bin.Path), "--max-searches", "1", "--queue", "0");

        var running = server.Http.GetAsync("/api/v1/search?q=a");
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_searches_running") == 1, "the first search runs");
        var reply = await server.Http.GetAsync("/api/v1/search?q=b");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
        Assert.IsNotNull(reply.Headers.RetryAfter);
        Assert.IsFalse(running.IsCompleted);
    }

    [TestMethod, Timeout(120_000)]
    public async Task Descriptors_are_used_up()
    {
        await using var server = await TestServer.StartInShellAsync("ulimit -n 192; exec \"$@\"");
        await server.Http.GetAsync("/api/v1/search?q=a"); // this connection stays, whatever happens to the others
        List<TcpClient> idle = [];

        var statuses = new List<HttpStatusCode>();
        while (!statuses.Contains(HttpStatusCode.ServiceUnavailable) && idle.Count < 192)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, server.Url.Port);
            idle.Add(client);
            statuses.Add((await server.Http.GetAsync($"/api/v1/search?q=a{idle.Count}")).StatusCode);
        }
        idle.ForEach(client => client.Dispose());

        Assert.Contains(HttpStatusCode.ServiceUnavailable, statuses);
        await Wait.UntilAsync(() => server.Log.Contains("grep could not be started", StringComparison.Ordinal), "the log says so");
        await Wait.UntilAsync(
            async () => (await server.Http.GetAsync("/api/v1/search?q=a")).StatusCode == HttpStatusCode.OK, "the server recovers");
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_disk_under_the_log_is_full()
    {
        await using var server = await TestServer.StartInShellAsync("exec \"$@\" 2>/dev/full");

        for (var request = 0; request < 50; request++)
        {
            using var reply = await server.Http.GetAsync("/livez");
            Assert.AreEqual(HttpStatusCode.OK, reply.StatusCode);
        }
    }

    [TestMethod, Timeout(120_000)]
    public async Task Nobody_reads_stderr()
    {
        var process = Process.Start(TestServer.Command("--port", "0"))!;
        var line = await process.StandardOutput.ReadLineAsync();
        using var http = new HttpClient { BaseAddress = new Uri(line!["Listening on ".Length..]) };

        for (var request = 0; request < 5_000; request++)
        {
            using var reply = await http.GetAsync("/livez?" + new string('x', 100));
            Assert.AreEqual(HttpStatusCode.OK, reply.StatusCode);
        }
        process.Kill();
        await process.WaitForExitAsync();
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_client_leaves_in_mid_answer()
    {
        using var folder = new TemporaryFolder();
        folder.Write("large.txt", string.Concat(Enumerable.Repeat(new string('x', 99) + "\n", 400_000)));
        await using var server = await TestServer.StartAsync("--dicts", folder.Path);

        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, server.Url.Port);
            var request = RawClient.Request("POST", "/api/v1/json", """{"action":"all"}""");
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
            await client.GetStream().ReadExactlyAsync(new byte[1_000]);
        }

        await Wait.UntilAsync(() => server.Children().Count == 0, "its grep has ended");
        await Wait.UntilAsync(() => server.Log.Contains(" cut", StringComparison.Ordinal), "the access line");
        Assert.AreEqual(0, await server.GaugeAsync("tinygrep_searches_running"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Somebody_kills_a_grep()
    {
        using var bin = new TemporaryFolder();
        bin.Script("grep", $"if mkdir {bin.Path}/killed 2>/dev/null; then kill -TERM $$; fi\nexec /usr/bin/grep \"$@\"");
        await using var server = await TestServer.StartAsync(FakeGrep.FirstOnPath(bin.Path));

        var reply = await AskFirstApiAsync(server, "^Least privilege", "quotes.txt");

        Assert.IsTrue(Directory.Exists(Path.Join(bin.Path, "killed")));
        StringAssert.Contains(await reply.Content.ReadAsStringAsync(), "{\"nr of entries\":1,", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_error_nobody_thought_of()
    {
        await using var server = await TestServer.StartAsync("--diagnostics");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fail");
        request.Headers.Add("X-Request-Id", "find-me");

        var reply = await server.Http.SendAsync(request);
        var body = await reply.Content.ReadAsStringAsync();

        Assert.AreEqual(HttpStatusCode.InternalServerError, reply.StatusCode);
        StringAssert.Contains(body, "\"requestId\":\"find-me\"", StringComparison.Ordinal);
        Assert.DoesNotContain("asked for", body, "the exception's own words stay in the log");
        await Wait.UntilAsync(() => server.Log.Contains("Unhandled error in GET /fail find-me", StringComparison.Ordinal), "the log line");
        StringAssert.Contains(server.Log, "DiagnosticsSlice", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_time_of_the_stop_is_up()
    {
        await using var server = await TestServer.StartAsync("--diagnostics", "--shutdown-timeout", "300ms");

        var waiting = server.Http.GetAsync("/wait?seconds=60");
        await Wait.UntilAsync(() => server.Children().Count == 1, "the request runs");
        server.Signal(TestServer.Terminate);
        var reply = await waiting;

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
        Assert.AreEqual(1, await server.WaitForExitAsync());
        StringAssert.Contains(server.Log, "requests did not finish", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_port_is_taken()
    {
        await using var server = await TestServer.StartAsync();

        var (exitCode, output, errors) = await TestServer.RunAsync("--port", $"{server.Url.Port}");

        Assert.AreEqual(2, exitCode);
        Assert.AreEqual("", output);
        StringAssert.Contains(errors, $"Cannot listen on 127.0.0.1 port {server.Url.Port}", StringComparison.Ordinal);
    }

    static Task<HttpResponseMessage> AskFirstApiAsync(TestServer server, string term, string dictionary) =>
        server.Http.PostAsync(
            "/api/v1/json", new StringContent($$"""{"action":"search","term":"{{term}}","dictionary":"{{dictionary}}"}"""));
}
