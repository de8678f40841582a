// HttpListener has traps: it invents replies when it is stopped, waits for ever for half a request, hands over dead
// contexts. Each test of this class walks into one and shows what the server does about it. This part: stopping.

using System.Diagnostics;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed partial class HttpListenerTrapsSpecs
{
    /// <summary>Started without arguments; before and after each of its tests nothing runs there.</summary>
    static TestServer shared = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => shared = await TestServer.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync() => await shared.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task SIGTERM_in_mid_request_lets_that_request_finish()
    {
        await using var server = await TestServer.StartAsync("--diagnostics");
        var running = RawClient.AskAsync(server.Url, RawClient.Request("GET", "/wait?seconds=2"));
        await Wait.UntilAsync(() => server.Children().Count == 1, "sleep runs");

        server.Signal(TestServer.Terminate);
        var reply = await running;

        Assert.AreEqual(200, reply?.Status);
        Assert.AreEqual("""{"waited":2}""", reply!.Text);
        Assert.IsTrue(reply.Whole);
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task After_SIGTERM_a_new_request_is_sent_away()
    {
        await using var server = await TestServer.StartAsync("--diagnostics", "--shutdown-timeout", "30s");
        using var running = await RawClient.ConnectAsync(server.Url);
        await running.SendAsync(RawClient.Request("GET", "/wait?seconds=600"));
        await Wait.UntilAsync(() => server.Children().Count == 1, "sleep runs");

        server.Signal(TestServer.Terminate);
        var search = RawClient.Request("GET", "/api/v1/search?q=cache");
        RawReply? refused = null;
        await Wait.UntilAsync(async () => (refused = await RawClient.AskAsync(server.Url, search))?.Status != 200, "a refusal");

        Assert.AreEqual(503, refused?.Status);
        Assert.AreEqual("close", refused!.Header("Connection"));
        Assert.IsTrue(int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [TestMethod, Timeout(60_000)]
    public async Task When_the_stop_runs_out_of_time_every_running_request_gets_a_503_and_no_child_is_left()
    {
        await using var server = await TestServer.StartAsync("--diagnostics", "--shutdown-timeout", "300ms");
        var running = Enumerable.Range(0, 20)
            .Select(_ => RawClient.AskAsync(server.Url, RawClient.Request("GET", "/wait?seconds=600")))
            .ToArray();
        await Wait.UntilAsync(() => server.Children().Count == 20, "all of them sleep");
        var children = server.Children();

        server.Signal(TestServer.Terminate);
        var replies = await Task.WhenAll(running);

        foreach (var reply in replies)
        {
            Assert.AreEqual(503, reply?.Status);
            Assert.IsTrue(reply!.Whole);
        }
        Assert.AreEqual(1, await server.WaitForExitAsync());
        Assert.IsFalse(children.Any(ProcessTable.IsAlive));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("", DisplayName = "a connection without a request")]
    [DataRow("GET /livez HTTP/1.1\r\nHost: 127", DisplayName = "half a header")]
    [DataRow("POST /api/v1/json HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{", DisplayName = "half a body")]
    public async Task A_stop_that_runs_out_of_time_invents_no_reply_for(string sent)
    {
        await using var server = await TestServer.StartAsync("--diagnostics", "--shutdown-timeout", "300ms");
        using var half = await RawClient.ConnectAsync(server.Url);
        await half.SendAsync(sent);
        using var running = await RawClient.ConnectAsync(server.Url);
        await running.SendAsync(RawClient.Request("GET", "/wait?seconds=600"));
        await Wait.UntilAsync(() => server.Children().Count == 1, "sleep runs");

        server.Signal(TestServer.Terminate);
        var seen = await half.ReadToEndAsync();

        if (seen.Length > 0) StringAssert.StartsWith(seen, "HTTP/1.1 503 ", StringComparison.Ordinal);
        Assert.AreEqual(1, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_connection_left_open_after_its_reply_sees_only_its_end_when_the_server_stops()
    {
        await using var server = await TestServer.StartAsync();
        using var idle = await RawClient.ConnectAsync(server.Url);
        await idle.SendAsync(RawClient.Request("GET", "/livez"));
        await idle.ReadReplyAsync();

        server.Signal(TestServer.Terminate);

        Assert.AreEqual("", await idle.ReadToEndAsync());
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_client_that_never_reads_a_large_answer_does_not_hold_up_the_stop()
    {
        using var folder = new TemporaryFolder();
        var dicts = BigDictionary.In(folder);
        await using var server = await TestServer.StartAsync("--dicts", dicts, "--shutdown-timeout", "1s", "--write-timeout", "600s");
        using var client = await BigDictionary.AskWithoutReadingAsync(server);
        await Wait.UntilAsync(() => server.Children().Count == 1, "grep waits for the client");

        server.Signal(TestServer.Terminate);
        var exitCode = await server.WaitForExitAsync();

        Assert.AreEqual(1, exitCode);
        Assert.IsEmpty(ProcessTable.Mentioning(dicts));
        var reply = await client.ReadReplyAsync();
        Assert.IsFalse(reply?.Whole ?? false, "a cut answer looks whole");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Ctrl_C_on_a_terminal_lets_the_running_request_finish()
    {
        using var terminal = await Terminal.StartAsync("--diagnostics");
        var running = RawClient.AskAsync(terminal.Server.Url, RawClient.Request("GET", "/wait?seconds=3"));
        await terminal.ChildrenRunAsync("sleep", 1);

        await terminal.PressCtrlCAsync();
        var reply = await running;

        Assert.AreEqual(200, reply?.Status);
        Assert.AreEqual("""{"waited":3}""", reply!.Text);
        Assert.AreEqual(0, await terminal.Server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Ctrl_C_on_a_terminal_lets_the_running_grep_finish()
    {
        using var folder = new TemporaryFolder();
        var environment = FakeGrep.In(folder, $"sleep 3\nexec {FakeGrep.Real} \"$@\"\n");
        using var terminal = await Terminal.StartAsync(environment, "--dicts", BigDictionary.In(folder, mebibytes: 1));
        var running = RawClient.AskAsync(terminal.Server.Url, RawClient.Request("POST", "/api/v1/json", SmallQuestion));
        await terminal.ChildrenRunAsync("bin/grep", 1);

        await terminal.PressCtrlCAsync();
        var reply = await running;

        Assert.AreEqual(SmallAnswer, reply?.Text);
        Assert.AreEqual(0, await terminal.Server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_second_Ctrl_C_ends_the_server_at_once_with_its_children()
    {
        using var terminal = await Terminal.StartAsync("--diagnostics", "--shutdown-timeout", "600s");
        var running = RawClient.AskAsync(terminal.Server.Url, RawClient.Request("GET", "/wait?seconds=600"));
        var children = await terminal.ChildrenRunAsync("sleep", 1);
        await terminal.PressCtrlCAsync();
        var readiness = RawClient.Request("GET", "/readyz");
        await Wait.UntilAsync(
            async () => (await RawClient.AskAsync(terminal.Server.Url, readiness))?.Status == 503, "the first one is noticed");

        await terminal.PressCtrlCAsync();
        var exitCode = await terminal.Server.WaitForExitAsync();

        Assert.AreEqual(130, exitCode);
        Assert.IsNull(await running, "a reply was invented");
        await Wait.UntilAsync(() => !children.Any(ProcessTable.IsAlive), "sleep is gone");
    }

    /// <summary>A server whose controlling terminal is a pseudo-terminal, as script(1) makes one.</summary>
    sealed class Terminal : IDisposable
    {
        readonly int serverId;

        Terminal(TestServer server, int serverId)
        {
            Server = server;
            this.serverId = serverId;
        }

        public TestServer Server { get; }

        public static Task<Terminal> StartAsync(params string[] arguments) => StartAsync(new Dictionary<string, string?>(), arguments);

        public static async Task<Terminal> StartAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
        {
            if (!File.Exists("/usr/bin/script")) Assert.Inconclusive("script (util-linux) is not installed.");
            var command = TestServer.Command(["--port", "0", "--log-level", "none", .. arguments]);
            string[] words = [.. command.ArgumentList.Prepend(command.FileName).Select(word => $"'{word}'")];
            command.FileName = "/usr/bin/script";
            command.ArgumentList.Clear();
            foreach (var word in (string[])["-qfec", $"exec {string.Join(' ', words)}", "/dev/null"]) command.ArgumentList.Add(word);
            foreach (var (name, value) in environment) command.Environment[name] = value;
            command.Environment["SHELL"] = "/bin/sh";
            command.Environment["TERM"] = "dumb"; // the console would begin with control sequences
            var server = await TestServer.AttachAsync(Process.Start(command)!);
            return new Terminal(server, server.Children().Single());
        }

        /// <summary>Waits until the server's children are what they were started for, in a session of their own.</summary>
        public async Task<IReadOnlyList<int>> ChildrenRunAsync(string program, int count)
        {
            IReadOnlyList<int> children = [];
            await Wait.UntilAsync(() => (children = Children()).Count == count, $"{count} times {program}");
            return children;

            IReadOnlyList<int> Children() =>
            [
                .. ProcessTable.ChildrenOf(serverId)
                    .Where(id => ProcessTable.CommandLine(id).Contains(program, StringComparison.Ordinal))
                    .Where(id => ProcessTable.SessionOf(id) == id),
            ];
        }

        public async Task PressCtrlCAsync()
        {
            await Server.Process.StandardInput.WriteAsync('\x03');
            await Server.Process.StandardInput.FlushAsync();
        }

        public void Dispose()
        {
            if (ProcessTable.IsAlive(serverId)) Process.GetProcessById(serverId).Kill();
            Server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
