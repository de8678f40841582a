// Connections that only cost are dropped: headers that do not end, lines that do not end, and more of them than there are
// descriptors to spare. Those that do what they came for are let be.

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class SweepSpecs
{
    const string Half = "GET /livez HTTP/1.1\r\nHost: 127.0.";
    static readonly string Whole = RawClient.Request("GET", "/livez");

    [TestMethod, Timeout(120_000)]
    public async Task Headers_that_never_end_are_dropped()
    {
        await using var server = await TestServer.StartAsync("--header-timeout", "1s");
        var before = ProcessTable.DescriptorsOf(server.Process.Id);
        var count = Crowd.Room(1_000);

        using var half = await Crowd.OpenAsync(server.Url, count, Half);
        await Wait.UntilAsync(() => half.Closed == count, "all of them are gone", TimeSpan.FromSeconds(30));

        Assert.AreEqual(200, (await RawClient.AskAsync(server.Url, Whole))?.Status);
        await Wait.UntilAsync(() => ProcessTable.DescriptorsOf(server.Process.Id) <= before + 16, "their descriptors are given back");
        await Wait.UntilAsync(async () => await DroppedAsync(server, "header_timeout") == count, "they are counted");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("G", DisplayName = "one byte")]
    [DataRow("GET /livez HTTP/1.1\r\n", DisplayName = "a request line")]
    [DataRow(Half, DisplayName = "half a header")]
    public async Task A_header_that_does_not_end_after_a_first_request_is_dropped_too(string half)
    {
        await using var server = await TestServer.StartAsync("--header-timeout", "1s");
        using var client = await RawClient.ConnectAsync(server.Url);
        await client.SendAsync(Whole);
        Assert.AreEqual(200, (await client.ReadReplyAsync())?.Status);

        await client.SendAsync(half);

        Assert.AreEqual("", await client.ReadToEndAsync());
        await Wait.UntilAsync(async () => await DroppedAsync(server, "header_timeout") == 1, "it is counted");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_connection_that_goes_on_asking_is_let_be()
    {
        await using var server = await TestServer.StartAsync("--header-timeout", "3s");
        using var client = await RawClient.ConnectAsync(server.Url);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));

        for (var asked = 0; asked < 40; asked++) // each sweep may find it within a header, each time in another one
        {
            await client.SendAsync(Whole[..10]);
            await pause.WaitForNextTickAsync();
            await client.SendAsync(Whole[10..]);
            Assert.AreEqual(200, (await client.ReadReplyAsync())?.Status);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_header_line_without_end_is_dropped()
    {
        await using var server = await TestServer.StartAsync("--header-timeout", "600s");
        using var client = await RawClient.ConnectAsync(server.Url);
        await client.SendAsync("GET /livez HTTP/1.1\r\n");
        await client.SendAsync("X: ");
        var end = client.ReadToEndAsync();

        var piece = new string('y', 8 << 10);
        for (var sent = 0; !end.IsCompleted && sent < 100_000; sent++) await client.TrySendAsync(piece);

        await end;
        Assert.IsLessThan(300L << 20, ProcessTable.PeakMemory(server.Process.Id));
        Assert.AreEqual(200, (await RawClient.AskAsync(server.Url, Whole))?.Status);
    }

    [TestMethod, Timeout(120_000)]
    public async Task Half_headers_on_more_than_a_quarter_of_the_descriptors_are_dropped_before_their_time()
    {
        await using var server = await TestServer.StartInShellAsync("ulimit -n 512; exec \"$@\"", "--header-timeout", "600s");

        using var half = await Crowd.OpenAsync(server.Url, 200, Half);
        await Wait.UntilAsync(() => half.Closed >= 200 - (512 / 4), "the quarter is what is left");

        Assert.AreEqual(200, (await RawClient.AskAsync(server.Url, Whole))?.Status);
        // What asks is half a header itself for a moment: for each such look, one more of the others has gone.
        Assert.IsInRange(200 - (512 / 4), 200 - (512 / 4) + 2, await DroppedAsync(server, "descriptors"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task One_address_has_at_most_half_of_the_connections()
    {
        await using var server = await TestServer.StartInShellAsync("ulimit -n 1000; exec \"$@\"");
        using var other = await RawClient.ConnectAsync(server.Url);

        using var many = await Crowd.OpenAsync(server.Url, 600, "", from: "127.0.0.2");
        await Wait.UntilAsync(() => many.Closed >= 100, "half of the descriptors are left to it");
        await other.SendAsync(Whole);

        Assert.AreEqual(200, (await other.ReadReplyAsync())?.Status);
        await Wait.UntilAsync(async () => await DroppedAsync(server, "address") == 100, "they are counted");
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_trusted_proxy_may_have_more_than_half_of_the_connections()
    {
        await using var server = await TestServer.StartInShellAsync(
            "ulimit -n 1000; exec \"$@\"", "--trusted-proxies", "127.0.0.3", "--header-timeout", "1s");

        using var many = await Crowd.OpenAsync(server.Url, 600, "", from: "127.0.0.3");
        using var slow = await Crowd.OpenAsync(server.Url, 1, Half);
        await Wait.UntilAsync(() => slow.Closed == 1, "several sweeps have looked");

        Assert.AreEqual(0, many.Closed);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Three_hundred_requests_fit_on_one_connection()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Url);

        for (var asked = 1; asked <= 300; asked++)
        {
            await client.SendAsync(Whole);
            var reply = await client.ReadReplyAsync();
            Assert.AreEqual(200, reply?.Status, $"request {asked}");
            Assert.AreNotEqual("close", reply!.Header("Connection"), $"request {asked}");
        }
    }

    static async Task<double> DroppedAsync(TestServer server, string reason)
    {
        var text = await server.Http.GetStringAsync("/metrics");
        var start = $"tinygrep_connections_dropped_total{{reason=\"{reason}\"}} ";
        var line = text.Split('\n').SingleOrDefault(line => line.StartsWith(start, StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[start.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
