// Clients that ask for the head only, that leave, that stop reading, or that wait beside a slow neighbour.

namespace TinyGrepServer.Tests.Server;

public sealed partial class ErrorsSpecs
{
    /// <summary>What differs from one answer to the next of the same question.</summary>
    static readonly string[] Changing = ["Date", "X-Request-Id", "traceparent", "Server-Timing"];

    [TestMethod, Timeout(60_000)]
    [DataRow("/livez")]
    [DataRow("/readyz")]
    [DataRow("/api/v1/web")]
    [DataRow("/api/v1/dictionaries")]
    [DataRow("/api/v1/dictionaries/quotes.txt")]
    [DataRow("/api/v1/search?q=cache")]
    [DataRow("/api/v1/search?q=cache&cursor=nonsense", DisplayName = "a 400")]
    [DataRow("/nope", DisplayName = "a 404")]
    [DataRow("/fail", DisplayName = "a 500")]
    public async Task HEAD_has_the_header_fields_of_GET_and_no_body(string path)
    {
        using var client = await RawClient.ConnectAsync(server.Url);
        var get = await RawClient.AskAsync(server.Url, RawClient.Request("GET", path, null, "Connection: close"));

        await client.SendAsync(RawClient.Request("HEAD", path, null, "Connection: close"));
        var head = await client.ReadReplyAsync(toHead: true);
        var after = await client.ReadToEndAsync();

        Assert.AreEqual(Lasting(get!), Lasting(head!));
        Assert.AreEqual("", after);
        Assert.IsNotEmpty(get!.Body);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_client_that_vanishes_in_mid_answer_stops_its_grep()
    {
        using var folder = new TemporaryFolder();
        await using var streaming = await TestServer.StartAsync("--dicts", BigDictionary.In(folder), "--write-timeout", "600s");
        using var client = await BigDictionary.AskWithoutReadingAsync(streaming);
        await client.ReadHeadAsync();
        await Wait.UntilAsync(() => streaming.Children().Count == 1, "grep waits for the client");

        client.Vanish();

        await Wait.UntilAsync(() => streaming.Children().Count == 0, "grep has ended");
        await Wait.UntilAsync(async () => await streaming.GaugeAsync("tinygrep_searches_running") == 0, "no search runs");
        await Wait.UntilAsync(async () => await streaming.GaugeAsync("http_server_active_requests") == 1, "only the scrape runs");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_client_that_takes_no_byte_is_dropped_and_its_cut_answer_has_no_valid_end()
    {
        using var folder = new TemporaryFolder();
        await using var streaming = await TestServer.StartAsync("--dicts", BigDictionary.In(folder), "--write-timeout", "1s");
        using var client = await BigDictionary.AskWithoutReadingAsync(streaming);
        await Wait.UntilAsync(() => streaming.Children().Count == 1, "grep waits for the client");

        await Wait.UntilAsync(() => streaming.Children().Count == 0, "the client is dropped");
        var reply = await client.ReadReplyAsync();

        Assert.AreEqual(200, reply?.Status);
        Assert.AreEqual("chunked", reply!.Header("Transfer-Encoding"));
        Assert.IsFalse(reply.Whole);
        Assert.IsFalse(reply.Text.EndsWith('}'));
        await Wait.UntilAsync(async () => await streaming.GaugeAsync("http_server_active_requests") == 1, "only the scrape runs");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_slow_client_that_keeps_reading_gets_its_whole_answer()
    {
        using var folder = new TemporaryFolder();
        const int Megabytes = 16; // more than sockets hold, and little enough to be searched in the time it has
        await using var streaming = await TestServer.StartAsync("--dicts", BigDictionary.In(folder, Megabytes), "--timeout", "5s");
        using var client = await BigDictionary.AskWithoutReadingAsync(streaming);
        await client.ReadHeadAsync();
        await Task.Delay(TimeSpan.FromSeconds(6)); // the subject: longer than the search's own time, shorter than the write timeout

        var rest = await client.ReadToEndAsync(until: "0\r\n\r\n");

        Assert.EndsWith($"\"nr of entries\":{Megabytes << 13}}}\r\n0\r\n\r\n", rest);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Requests_that_sleep_do_not_delay_a_search_beside_them()
    {
        await using var sleeping = await TestServer.StartAsync("--diagnostics", "--max-searches", "1");
        var sleepers = new List<RawClient>();
        for (var asked = 0; asked < 50; asked++)
        {
            sleepers.Add(await RawClient.ConnectAsync(sleeping.Url));
            await sleepers[^1].SendAsync(RawClient.Request("GET", "/wait?seconds=600"));
        }
        await Wait.UntilAsync(() => sleeping.Children().Count == 50, "all of them sleep");

        var replies = await Task.WhenAll(Enumerable.Range(1, 20)
            .Select(limit => RawClient.Request("GET", $"/api/v1/search?q=cache&limit={limit}"))
            .Select(request => RawClient.AskAsync(sleeping.Url, request)));

        Assert.IsTrue(replies.All(reply => reply is { Status: 200, Whole: true }));
        Assert.AreEqual(50, sleeping.Children().Count);
        sleepers.ForEach(client => client.Dispose());
    }

    static string Lasting(RawReply reply)
    {
        var fields = reply.Headers
            .Where(field => !Changing.Contains(field.Key))
            .Select(field => $"{field.Key}: {field.Value}")
            .Order(StringComparer.Ordinal);
        return $"{reply.Head.Split('\r')[0]}\n{string.Join('\n', fields)}";
    }
}
