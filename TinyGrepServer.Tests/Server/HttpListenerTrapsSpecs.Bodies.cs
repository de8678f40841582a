// Bodies that are too long, that never end, or that trickle in so slowly that they would hold their request for ever.
// HttpListener limits none of them.

namespace TinyGrepServer.Tests.Server;

public sealed partial class HttpListenerTrapsSpecs
{
    const int BodyLimit = 1 << 20;

    [TestMethod, Timeout(60_000)]
    public async Task A_body_over_the_limit_gets_413_before_it_is_sent()
    {
        var reply = await RawClient.AskAsync(shared.Url, $"{Post}Content-Length: {BodyLimit + 1}\r\n\r\n");

        Assert.AreEqual(413, reply?.Status);
        Assert.AreEqual("close", reply!.Header("Connection"));
        await AssertNothingRunsAsync(shared);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_chunked_body_over_the_limit_gets_413()
    {
        var reply = await RawClient.AskAsync(
            shared.Url,
            $"{Post}Transfer-Encoding: chunked\r\n\r\n{BodyLimit + 1:x}\r\n{new string(' ', BodyLimit + 1)}\r\n0\r\n\r\n");

        Assert.AreEqual(413, reply?.Status);
        Assert.IsTrue(reply!.Whole);
        await AssertNothingRunsAsync(shared);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_body_at_the_limit_is_read()
    {
        const string Question = """{"action":"search","term":"cache","nresults":1}""";

        var padded = Question + new string(' ', BodyLimit - Question.Length);
        var reply = await RawClient.AskAsync(shared.Url, RawClient.Request("POST", "/api/v1/json", padded));

        Assert.AreEqual(200, reply?.Status, reply?.Text);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_body_without_end_is_cut_off_and_costs_little_memory()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Url);
        await client.SendAsync($"{Post}Transfer-Encoding: chunked\r\n\r\n");
        var piece = $"10000\r\n{new string(' ', 0x10000)}\r\n";

        var sent = 0L;
        try
        {
            while (sent < 1L << 30)
            {
                await client.SendAsync(piece);
                sent += piece.Length;
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Cut off, as it should be.
        }

        Assert.IsLessThan(1L << 28, sent);
        Assert.IsLessThan(300L << 20, ProcessTable.PeakMemory(server.Process.Id));
        await AssertNothingRunsAsync(server);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_trickled_body_gets_408_however_steadily_it_trickles()
    {
        var settings = InProcess.Quiet() with { Server = new() { Port = 0, BodyTimeout = TimeSpan.FromSeconds(2) } };
        await using var server = await TinyServer.StartAsync(settings);
        using var client = await RawClient.ConnectAsync(server.Url);
        await client.SendAsync($"{Post}Content-Length: 1000\r\n\r\n");
        var answer = client.ReadReplyAsync();

        using var drop = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!answer.IsCompleted && await drop.WaitForNextTickAsync()) await client.TrySendAsync(" ");
        var reply = await answer;

        Assert.AreEqual(408, reply?.Status);
        Assert.AreEqual("close", reply!.Header("Connection"));
        using var http = new HttpClient { BaseAddress = server.Url };
        await Wait.UntilAsync(
            async () => (await http.GetStringAsync("/metrics")).Contains("\nhttp_server_active_requests 1\n", StringComparison.Ordinal),
            "no request is left behind");
    }
}
