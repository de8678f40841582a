// Connections that never become requests, too many of them, and requests that are not well-formed. Where HttpListener
// answers by itself before the server sees anything, the row says what it answers: that is documented as a known limit.

using System.Diagnostics;

namespace TinyGrepServer.Tests.Server;

public sealed partial class HttpListenerTrapsSpecs
{
    const string Host = "Host: 127.0.0.1\r\n";
    const string Post = $"POST /api/v1/json HTTP/1.1\r\n{Host}";

    [TestMethod, Timeout(60_000)]
    public async Task Two_hundred_half_sent_headers_do_not_keep_valid_requests_from_their_answers()
    {
        var half = new List<RawClient>();
        for (var opened = 0; opened < 200; opened++)
        {
            half.Add(await RawClient.ConnectAsync(shared.Url));
            await half[^1].SendAsync("GET /livez HTTP/1.1\r\nHost: 127.0.");
        }

        var replies = await Task.WhenAll(Enumerable.Range(0, 50)
            .Select(_ => RawClient.AskAsync(shared.Url, RawClient.Request("GET", "/api/v1/search?q=server"))));
        await AssertNothingRunsAsync(shared); // half a request is none
        half.ForEach(client => client.Dispose());

        Assert.IsTrue(replies.All(reply => reply is { Status: 200, Whole: true }));
    }

    [TestMethod, Timeout(120_000)]
    public async Task Out_of_descriptors_the_server_survives_recovers_and_comes_to_rest()
    {
        await using var server = await TestServer.StartInShellAsync("ulimit -n 192; exec \"$@\"");
        var clients = new List<RawClient>();
        await Wait.UntilAsync(OpenMoreAsync, "all descriptors are taken"); // the sweep gives some back four times a second

        var waiting = Enumerable.Range(0, 8).Select(_ => AnswersAsync(server)).ToList(); // their first moments fall into the shortage
        clients.ForEach(client => client.Dispose());
        await Task.WhenAll(waiting);

        await Wait.UntilAsync(() => AnswersAsync(server), "a search is answered again", TimeSpan.FromSeconds(30));
        await Wait.UntilAsync(() => IsAtRestAsync(server.Process.Id), "the processor is at rest", TimeSpan.FromSeconds(30));
        await AssertNothingRunsAsync(server);

        async Task<bool> OpenMoreAsync()
        {
            for (var opened = 0; opened < 40; opened++)
            {
                clients.Add(await RawClient.ConnectAsync(server.Url));
                await clients[^1].TrySendAsync("GET /livez HTTP/1.1\r\nHost: 127.0.");
            }
            const int All = 192 - 4; // an open(2) that waits, as the runtime's own for a debugger does, has a number and is not listed
            return ProcessTable.DescriptorsOf(server.Process.Id) >= All;
        }
    }

    [TestMethod, Timeout(60_000)]
    [DataRow($"{Post}\r\n", 411, DisplayName = "POST without a length")]
    [DataRow($"{Post}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400, DisplayName = "two lengths")]
    [DataRow($"{Post}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", 400, DisplayName = "a bad chunk")]
    [DataRow($"{Post}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 400, DisplayName = "two different Content-Lengths")]
    [DataRow($"{Post}Content-Length: -5\r\n\r\nabcdef", 400, DisplayName = "a negative length")]
    [DataRow("GET /livez HTTP/1.1\r\n\r\n", 400, DisplayName = "no Host")]
    [DataRow("NONSENSE\r\n\r\n", 400, DisplayName = "no request line")]
    [DataRow("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {40 KB}\r\n\r\n", 400, DisplayName = "40 KB in one header field")]
    [DataRow("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n{400 fields}\r\n", 400, DisplayName = "40 KB in 400 header fields")]
    [DataRow("GET /{40 KB} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 414, DisplayName = "a URL of 40 KB")]
    public async Task A_malformed_request_gets_one_answer_and_its_connection_ends(string request, int status)
    {
        using var client = await RawClient.ConnectAsync(shared.Url);

        await client.SendAsync(Expand(request));
        var reply = await client.ReadReplyAsync();
        var rest = await client.ReadToEndAsync();

        Assert.AreEqual(status, reply?.Status);
        Assert.IsTrue(reply!.Whole);
        Assert.AreEqual("", rest);
        await AssertNothingRunsAsync(shared);
    }

    /// <summary>A known limit: HttpListener itself answers these, and then once more, before it closes the connection.</summary>
    [TestMethod, Timeout(60_000)]
    [DataRow($"{Post}Transfer-Encoding: gzip\r\n\r\nxx", 501, DisplayName = "a transfer coding other than chunked")]
    [DataRow("GET /livez HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n", 404, DisplayName = "a foreign Host on loopback")]
    [DataRow($"GET /livez HTTP/9.9\r\n{Host}\r\n", 505, DisplayName = "an unknown version of HTTP")]
    public async Task What_HttpListener_refuses_by_itself_reaches_no_handler(string request, int status)
    {
        using var client = await RawClient.ConnectAsync(shared.Url);

        await client.SendAsync(request);
        var reply = await client.ReadReplyAsync();
        var rest = await client.ReadToEndAsync();

        Assert.AreEqual(status, reply?.Status);
        Assert.DoesNotContain("TinyGrepServer", reply!.Head + rest);
        await AssertNothingRunsAsync(shared);
    }

    [TestMethod, Timeout(60_000)]
    public async Task On_every_address_a_foreign_Host_gets_our_421_and_nothing_after_it()
    {
        await using var server = await TestServer.StartAsync("--host", "0.0.0.0");
        using var client = await RawClient.ConnectAsync(server.Url);

        await client.SendAsync(RawClient.Request("GET", "/livez", null, "Host: elsewhere.example", "Connection: close"));
        var reply = await client.ReadReplyAsync();

        Assert.AreEqual(421, reply?.Status);
        Assert.AreEqual("", await client.ReadToEndAsync());
        await AssertNothingRunsAsync(server);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/api/v1/web", 200)]
    [DataRow("/api/v1/dictionaries/quotes.txt", 200)]
    [DataRow("/api/v1/search?q=cache", 200)] // no other test asks it there: its answer is not in the cache
    [DataRow("/nope", 404)]
    public async Task After_HEAD_the_connection_is_in_step(string path, int status)
    {
        using var client = await RawClient.ConnectAsync(shared.Url);

        await client.SendAsync(RawClient.Request("HEAD", path));
        var head = await client.ReadReplyAsync(toHead: true);
        if (head?.Header("Connection") == "close")
        {
            Assert.AreEqual("", await client.ReadToEndAsync());
        }
        else
        {
            await client.SendAsync(RawClient.Request("GET", "/livez"));
            Assert.AreEqual("""{"status":"ok","checks":{}}""", (await client.ReadReplyAsync())?.Text);
        }

        Assert.AreEqual(status, head?.Status);
        await AssertNothingRunsAsync(shared);
    }

    /// <summary>The scrape itself is the one request that is running.</summary>
    static Task AssertNothingRunsAsync(TestServer server) =>
        Wait.UntilAsync(async () => await server.GaugeAsync("http_server_active_requests") == 1, "no request is left behind");

    static string Expand(string? request)
    {
        var fields = Enumerable.Range(0, 400).Select(number => $"X-{number}: {new string('y', 100)}\r\n");
        return $"{request}"
            .Replace("{40 KB}", new string('y', 40_000), StringComparison.Ordinal)
            .Replace("{400 fields}", string.Concat(fields), StringComparison.Ordinal);
    }

    static async Task<bool> AnswersAsync(TestServer server)
    {
        var search = RawClient.Request("GET", "/api/v1/search?q=cache", null, "Connection: close");
        try
        {
            return await RawClient.AskAsync(server.Url, search) is { Status: 200, Whole: true };
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    /// <summary>Less than a fifth of one processor in half a second.</summary>
    static async Task<bool> IsAtRestAsync(int id)
    {
        var before = ProcessTable.ProcessorTime(id);
        using var window = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        await window.WaitForNextTickAsync();
        return ProcessTable.ProcessorTime(id) - before < TimeSpan.FromMilliseconds(100);
    }
}
