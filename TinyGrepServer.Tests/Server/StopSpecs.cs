// A graceful stop: whatever was accepted gets its true answer, whatever comes later is sent elsewhere, and the process ends
// in time with the exit code that says how it went.

using System.Diagnostics;
using System.Globalization;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed partial class StopSpecs
{
    static readonly string Wait600 = RawClient.Request("GET", "/wait?seconds=600");
    static readonly string Search = RawClient.Request("GET", "/api/v1/search?q=cache");

    [TestMethod, Timeout(60_000)]
    [DataRow(TestServer.Terminate, DisplayName = "SIGTERM")]
    [DataRow(TestServer.Interrupt, DisplayName = "SIGINT")]
    public async Task One_signal_ends_an_idle_server_with_exit_code_0(int signal)
    {
        await using var server = await TestServer.StartAsync();

        server.Signal(signal);

        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(TestServer.Terminate, 143, DisplayName = "SIGTERM")]
    [DataRow(TestServer.Interrupt, 130, DisplayName = "SIGINT")]
    public async Task A_second_signal_ends_the_server_at_once_with_its_children(int signal, int exitCode)
    {
        await using var server = await TestServer.StartAsync("--diagnostics", "--shutdown-timeout", "600s");
        using var running = await StartWaitingAsync(server);
        var children = server.Children();
        server.Signal(signal);
        await UntilRefusingAsync(server);

        server.Signal(signal);

        Assert.AreEqual(exitCode, await server.WaitForExitAsync());
        await Wait.UntilAsync(() => !children.Any(ProcessTable.IsAlive), "sleep is gone");
        Assert.AreEqual("", await running.ReadToEndAsync(), "a reply was invented");
    }

    [TestMethod, Timeout(60_000)]
    public async Task During_the_drain_delay_the_server_is_not_ready_but_alive_and_still_answers()
    {
        await using var server = await TestServer.StartAsync("--drain-delay", "3s");

        server.Signal(TestServer.Terminate);
        await Wait.UntilAsync(async () => await StatusAsync(server, "/readyz") == 503, "readiness is red");
        var alive = await StatusAsync(server, "/livez");
        var answer = await RawClient.AskAsync(server.Url, Search);

        Assert.AreEqual(200, alive);
        Assert.AreEqual(200, answer?.Status);
        Assert.AreEqual("close", answer!.Header("Connection"));
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task While_running_requests_finish_probes_are_answered_and_everything_else_refused()
    {
        await using var server = await TestServer.StartAsync("--diagnostics", "--shutdown-timeout", "600s");
        using var running = await StartWaitingAsync(server);
        using var idle = await RawClient.ConnectAsync(server.Url);
        await idle.SendAsync(Search);
        await idle.ReadReplyAsync();

        server.Signal(TestServer.Terminate);
        await UntilRefusingAsync(server);
        await idle.SendAsync(Search);
        RawReply?[] refused =
        [
            await idle.ReadReplyAsync(),
            await RawClient.AskAsync(server.Url, Search),
            await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/nope")),
        ];

        foreach (var reply in refused)
        {
            Assert.AreEqual(503, reply?.Status);
            Assert.AreEqual("close", reply!.Header("Connection"));
            Assert.IsGreaterThan(0, int.Parse(reply.Header("Retry-After")!, CultureInfo.InvariantCulture));
        }
        Assert.AreEqual(200, await StatusAsync(server, "/livez"));
        Assert.AreEqual(503, await StatusAsync(server, "/readyz"));
        Assert.AreEqual(200, await StatusAsync(server, "/metrics"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_search_that_waits_for_its_turn_when_the_stop_comes_is_answered()
    {
        using var folder = new TemporaryFolder();
        var environment = FakeGrep.In(folder, FakeGrep.UntilThereIs($"{folder.Path}/go"));
        await using var server = await TestServer.StartAsync(
            environment, "--max-searches", "1", "--dicts", BigDictionary.In(folder, mebibytes: 1), "--timeout", "60s");
        var asked = Enumerable.Range(1, 3)
            .Select(limit => RawClient.Request("GET", $"/api/v1/search?q=small&dictionary=small.txt&limit={limit}"))
            .Select(request => RawClient.AskAsync(server.Url, request))
            .ToArray();
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_search_queue_length") == 2, "two wait");

        server.Signal(TestServer.Terminate);
        await Wait.UntilAsync(async () => await StatusAsync(server, "/readyz") == 503, "readiness is red");
        folder.Write("go", "");
        var replies = await Task.WhenAll(asked);

        foreach (var reply in replies)
            Assert.IsTrue(reply is { Status: 200, Whole: true } && reply.Text.Contains("a small line", StringComparison.Ordinal));
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(TestServer.Terminate, DisplayName = "SIGTERM")]
    [DataRow(TestServer.Interrupt, DisplayName = "SIGINT")]
    public async Task A_signal_to_the_whole_process_group_costs_no_answer(int signal)
    {
        using var folder = new TemporaryFolder();
        var untilTheSignal = $"[ -e {folder.Path}/quick ] || exec sleep 600";
        var environment = FakeGrep.In(folder, $"{untilTheSignal}\nexec {FakeGrep.Real} \"$@\"\n");
        await using var server = await StartInOwnGroupAsync(
            environment, "--dicts", BigDictionary.In(folder, mebibytes: 1), "--timeout", "60s", "--max-searches", "8");
        (string Question, string Expected)[] questions =
        [
            (RawClient.Request("POST", "/api/v1/json", """{"action":"all","dictionary":"small.txt"}"""),
                """{"nr of entries":2,"results":["a small line","another"]}"""),
            .. Enumerable.Range(1, 3)
                .Select(max => $$"""{"action":"search","term":"small","dictionary":"small.txt","nresults":{{max}}}""")
                .Select(body => (RawClient.Request("POST", "/api/v1/json", body), """{"nr of entries":1,"results":["a small line"]}""")),
            .. Enumerable.Range(1, 2)
                .Select(limit => RawClient.Request("GET", $"/api/v1/search?q=small&dictionary=small.txt&limit={limit}"))
                .Select(request => (request, "\"count\":1,\"complete\":true")),
            .. Enumerable.Range(1, 2)
                .Select(limit => RawClient.Request("GET", $"/api/v1/search?q=nowhere&limit={limit}"))
                .Select(request => (request, "\"count\":0,\"complete\":true")),
        ];
        var asked = questions.Select(one => RawClient.AskAsync(server.Url, one.Question)).ToArray();
        await Wait.UntilAsync(() => server.Children().Count == questions.Length, "every search runs");

        folder.Write("quick", "");
        Native.SignalGroup(server.Process.Id, signal);
        var replies = await Task.WhenAll(asked);

        for (var at = 0; at < replies.Length; at++)
        {
            Assert.AreEqual(200, replies[at]?.Status, $"question {at}: {replies[at]?.Text}");
            Assert.Contains(questions[at].Expected, replies[at]!.Text);
        }
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_answer_that_a_signal_to_the_group_broke_off_does_not_look_whole()
    {
        using var folder = new TemporaryFolder();
        var dicts = BigDictionary.In(folder);
        await using var server = await StartInOwnGroupAsync(new Dictionary<string, string?>(), "--dicts", dicts);
        using var client = await BigDictionary.AskWithoutReadingAsync(server);
        await client.ReadHeadAsync();

        Native.SignalGroup(server.Process.Id, TestServer.Terminate);
        await Wait.UntilAsync(() => ProcessTable.Mentioning(Path.Join(dicts, "big.txt")).Count == 0, "grep has died");
        var rest = await client.ReadToEndAsync();

        Assert.IsFalse(rest.EndsWith("0\r\n\r\n", StringComparison.Ordinal), "the chunked body ends as if it were whole");
        Assert.DoesNotContain("nr of entries", rest);
        await server.WaitForExitAsync();
    }

    static async Task<RawClient> StartWaitingAsync(TestServer server)
    {
        var client = await RawClient.ConnectAsync(server.Url);
        await client.SendAsync(Wait600);
        await Wait.UntilAsync(() => server.Children().Count == 1, "sleep runs");
        return client;
    }

    static Task UntilRefusingAsync(TestServer server) =>
        Wait.UntilAsync(async () => (await RawClient.AskAsync(server.Url, Search))?.Status == 503, "new requests are refused");

    static async Task<int?> StatusAsync(TestServer server, string path) =>
        (await RawClient.AskAsync(server.Url, RawClient.Request("GET", path)))?.Status;

    /// <summary>A server that leads a process group of its own: setsid(1) replaces itself with it, so its id is the group's.</summary>
    static async Task<TestServer> StartInOwnGroupAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        if (!File.Exists("/usr/bin/setsid")) Assert.Inconclusive("setsid (util-linux) is not installed.");
        var command = TestServer.Command(["--port", "0", .. arguments]);
        command.ArgumentList.Insert(0, command.FileName);
        command.FileName = "/usr/bin/setsid";
        foreach (var (name, value) in environment) command.Environment[name] = value;
        var server = await TestServer.AttachAsync(Process.Start(command)!);
        Assert.AreEqual(server.Process.Id, ProcessTable.SessionOf(server.Process.Id));
        return server;
    }

    static class Native
    {
        public static void SignalGroup(int leader, int signal)
        {
            using var kill = Process.Start("/bin/kill", ["-s", signal.ToString(CultureInfo.InvariantCulture), "--", $"-{leader}"]);
            kill.WaitForExit();
            Assert.AreEqual(0, kill.ExitCode);
        }
    }
}
