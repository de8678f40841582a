// SIGHUP, which a terminal sends when it is closed: a stop like any other, unless the server was started to outlive its terminal.

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class HangUpSpecs
{
    const int HangUp = 1;

    static readonly string Search = RawClient.Request("GET", "/api/v1/search?q=cache");

    [TestMethod, Timeout(60_000)]
    public async Task SIGHUP_lets_the_running_request_finish_and_ends_the_server_with_exit_code_0()
    {
        using var folder = new TemporaryFolder();
        var environment = FakeGrep.In(folder, $"until [ -e {folder.Path}/go ]; do sleep 0.01; done\nexec {FakeGrep.Real} \"$@\"\n");
        await using var server = await TestServer.StartAsync(environment);
        var running = RawClient.AskAsync(server.Url, Search);
        await Wait.UntilAsync(() => server.Children().Count == 1, "the search runs");

        server.Signal(HangUp);
        await Wait.UntilAsync(
            async () => (await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/")))?.Status == 503, "new requests are refused");
        folder.Write("go", "");
        var reply = await running;

        Assert.AreEqual(200, reply?.Status);
        Assert.IsTrue(reply!.Whole);
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_second_SIGHUP_ends_the_server_at_once_with_its_children()
    {
        await using var server = await TestServer.StartAsync("--diagnostics", "--shutdown-timeout", "600s");
        using var running = await RawClient.ConnectAsync(server.Url);
        await running.SendAsync(RawClient.Request("GET", "/wait?seconds=600"));
        await Wait.UntilAsync(() => server.Children().Count == 1, "sleep runs");
        var children = server.Children();
        server.Signal(HangUp);
        await Wait.UntilAsync(async () => (await RawClient.AskAsync(server.Url, Search))?.Status == 503, "new requests are refused");

        server.Signal(HangUp);

        Assert.AreEqual(129, await server.WaitForExitAsync());
        await Wait.UntilAsync(() => !children.Any(ProcessTable.IsAlive), "sleep is gone");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Under_nohup_SIGHUP_is_ignored_and_SIGTERM_still_ends_the_server()
    {
        Programs.Find("nohup");
        await using var server = await TestServer.StartInShellAsync("exec nohup \"$@\"");

        for (var signal = 0; signal < 3; signal++) server.Signal(HangUp);
        var ready = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/readyz"));
        var answer = await RawClient.AskAsync(server.Url, Search);
        server.Signal(TestServer.Terminate);

        Assert.AreEqual((200, 200), (ready?.Status, answer?.Status));
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }
}
