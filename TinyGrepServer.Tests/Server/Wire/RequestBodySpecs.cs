// What bodies cost. A length that is announced costs its sender nothing, so it must cost the server nothing: memory follows what
// has arrived, all bodies together have a budget, and what is beyond it is refused.

using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Sockets;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class RequestBodySpecs
{
    const int Mebibyte = 1 << 20;
    const string Question = """{"action":"search","term":"cache","nresults":1}""";

    [TestMethod, Timeout(120_000)]
    public async Task Idle_bodies_that_announce_a_megabyte_cost_what_has_arrived()
    {
        await using var server = await SmallMachine.StartAsync();
        var head = $"POST /api/v1/json HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {Mebibyte}\r\n\r\n";
        var count = Crowd.Room(1_250);

        using var idle = await Crowd.OpenAsync(server.Url, count, head);
        await Wait.UntilAsync(async () => await server.GaugeAsync("http_server_active_requests") > count / 2, "they are inside");
        var median = await MedianOfGoodAsync(server);

        Assert.IsLessThan(TimeSpan.FromMilliseconds(100), median);
        Assert.IsLessThan(400L * Mebibyte, ProcessTable.PeakMemory(server.Process.Id));
    }

    [TestMethod, Timeout(180_000)]
    public async Task Seven_hundred_bodies_finished_together_are_answered_or_refused()
    {
        await using var server = await SmallMachine.StartAsync();
        var request = RawClient.Request("POST", "/api/v1/json", Question.PadRight(Mebibyte));
        var clients = new List<RawClient>();
        for (var opened = 0; opened < Crowd.Room(700); opened++) clients.Add(await RawClient.ConnectAsync(server.Url));

        await Task.WhenAll(clients.Select(client => client.TrySendAsync(request[..^1])));
        await Task.WhenAll(clients.Select(client => client.TrySendAsync(request[^1..])));
        var replies = await Task.WhenAll(clients.Select(client => client.ReadReplyAsync()));

        var statuses = replies.Where(reply => reply is not null).CountBy(reply => reply!.Status).ToDictionary();
        Assert.IsGreaterThan(0, statuses.GetValueOrDefault(200), "some are answered");
        Assert.IsGreaterThan(0, statuses.GetValueOrDefault(503), "some are refused");
        Assert.IsEmpty(statuses.Keys.Except([200, 408, 503]));
        Assert.IsFalse(server.Process.HasExited);
        Assert.AreEqual(200, (await RawClient.AskAsync(server.Url, RawClient.Request("POST", "/api/v1/json", Question)))?.Status);
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_body_memory_bytes") == 0, "all memory is given back");
        clients.ForEach(client => client.Dispose());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_body_of_no_announced_length_is_read_to_its_last_allowed_byte()
    {
        await using var server = await TestServer.StartAsync();
        var body = Question.PadRight(Mebibyte);

        var head = "POST /api/v1/json HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        var reply = await RawClient.AskAsync(server.Url, $"{head}{body.Length:x}\r\n{body}\r\n0\r\n\r\n");

        Assert.AreEqual(200, reply?.Status, reply?.Text);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Where_memory_is_small_fewer_requests_are_taken_at_once()
    {
        var memory = new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = $"{64 * Mebibyte:x}" };
        await using var server = await TestServer.StartAsync(memory);
        using var idle = await Crowd.OpenAsync(
            server.Url, 64 * 4, $"POST /api/v1/json HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {Mebibyte}\r\n\r\n");
        await Wait.UntilAsync(async () => await server.GaugeAsync("http_server_active_requests") > 64 * 4, "one for each 256 KiB");

        var reply = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/api/v1/search?q=cache"));

        Assert.AreEqual(503, reply?.Status);
        StringAssert.Contains(reply!.Text, "More than 256 requests", StringComparison.Ordinal);
    }

    [TestMethod]
    public void What_is_beyond_the_budget_is_refused_until_something_is_given_back()
    {
        using var meter = new Meter("test");
        var budget = new BodyBudget(meter, 10);
        budget.Take(6);

        var refused = Assert.ThrowsExactly<ApiError>(() => budget.Take(5));
        budget.Give(6);
        budget.Take(10);

        Assert.AreEqual(503, refused.Status);
        Assert.AreEqual("Retry-After", refused.Headers.Single().Name);
        Assert.AreEqual(10, budget.Taken);
    }

    static async Task<TimeSpan> MedianOfGoodAsync(TestServer server)
    {
        var times = new List<TimeSpan>();
        for (var asked = 0; asked < 31; asked++)
        {
            var started = Stopwatch.GetTimestamp();
            var reply = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/api/v1/search?q=cache", null, "Connection: close"));
            times.Add(Stopwatch.GetElapsedTime(started));
            Assert.AreEqual(200, reply?.Status);
        }
        return times.Order().ElementAt(times.Count / 2);
    }
}
