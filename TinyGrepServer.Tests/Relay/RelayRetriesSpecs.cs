// Which failures are worth another attempt, what of the upstream's own words about time reaches the client, and how many requests
// an upstream really gets.

using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using TinyGrepServer.Relay;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Relay;

[TestClass]
public sealed class RelayRetriesSpecs
{
    const string Json = "Content-Type: application/json\r\n";

    [TestMethod, Timeout(60_000)]
    public async Task An_upstream_that_closes_without_an_answer_gets_three_requests_and_no_more()
    {
        await using var upstream = new ScriptedUpstream((_, connection) =>
        {
            connection.Socket.Shutdown(SocketShutdown.Both);
            return Task.CompletedTask;
        });
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString());

        using var reply = await server.Http.GetAsync("/api/smart?timeout=5000");
        await Wait.UntilAsync(() => upstream.Ended == upstream.Connections, "its connections are closed");

        Assert.AreEqual(HttpStatusCode.BadGateway, reply.StatusCode);
        Assert.AreEqual(3, upstream.Requests);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_kept_connection_that_closes_under_a_request_costs_the_client_nothing()
    {
        HashSet<EndPoint> used = [];
        await using var upstream = new ScriptedUpstream(async (_, connection) =>
        {
            if (used.Add(connection.Socket.RemoteEndPoint!)) await connection.WriteAsync(ScriptedUpstream.Answer("{}"));
            else connection.Socket.Shutdown(SocketShutdown.Both);
        });
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString(), "--hedge-budget", "0%");

        using var first = await server.Http.GetAsync("/api/smart?timeout=5000");
        using var second = await server.Http.GetAsync("/api/smart?timeout=5000");

        Assert.AreEqual((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.AreEqual((3, 2), (upstream.Requests, upstream.Connections));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(400, 1), DataRow(401, 1), DataRow(403, 1), DataRow(404, 1), DataRow(410, 1), DataRow(206, 1), DataRow(302, 1)]
    [DataRow(408, 3), DataRow(429, 3), DataRow(500, 3), DataRow(503, 3)]
    public async Task Asked_again_is_only_where_that_can_help(int status, int requests)
    {
        await using var upstream = ScriptedUpstream.Always("{}", $"{status} No");
        using var relay = new Rig(upstream);

        var refused = await relay.RefusedAsync();

        Assert.AreEqual(502, refused.Status);
        var attempts = requests == 1 ? "1 attempt" : "3 attempts";
        StringAssert.Contains(refused.Message, $"in {attempts}. 1: status {status}", StringComparison.Ordinal);
        Assert.AreEqual(requests, upstream.Requests);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("503 Busy"), DataRow("429 Too Many Requests")]
    public async Task An_upstream_that_wants_more_time_than_there_is_gets_one_request_and_its_wish_is_passed_on(string status)
    {
        await using var upstream = ScriptedUpstream.Always("{}", status, $"{Json}Retry-After: 120\r\n");
        using var relay = new Rig(upstream);

        var refused = await relay.RefusedAsync();

        Assert.AreEqual((502, "120", 1), (refused.Status, Field(refused, "Retry-After"), upstream.Requests));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_date_that_it_names_is_told_in_seconds()
    {
        var date = new FakeTime().GetUtcNow().AddSeconds(90).ToString("R");
        await using var upstream = ScriptedUpstream.Always("{}", "503 Busy", $"{Json}Retry-After: {date}\r\n");
        using var relay = new Rig(upstream);

        var refused = await relay.RefusedAsync();

        Assert.AreEqual(("90", 1), (Field(refused, "Retry-After"), upstream.Requests));
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_upstream_that_wants_a_little_time_is_asked_again_when_that_has_passed()
    {
        await using var upstream = new ScriptedUpstream(async (number, connection) => await connection.WriteAsync(
            number == 1
                ? ScriptedUpstream.Answer("{}", "503 Busy", $"{Json}Retry-After: 2\r\n")
                : ScriptedUpstream.Answer("\"rested\"")));
        using var relay = new Rig(upstream);

        var asking = relay.AskAsync();
        await Wait.UntilAsync(() => relay.Time.HasTimer(TimeSpan.FromSeconds(2)), "it waits");
        Assert.AreEqual(1, upstream.Requests);
        relay.Time.Advance(TimeSpan.FromSeconds(2));
        var reply = await asking;

        Assert.AreEqual("\"rested\"", System.Text.Encoding.UTF8.GetString(reply.Body.Span));
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_504_of_a_request_whose_upstream_wanted_time_says_how_much()
    {
        await using var upstream = new ScriptedUpstream(async (number, connection) =>
        {
            if (number > 1) await ScriptedUpstream.Never(connection);
            await connection.WriteAsync(ScriptedUpstream.Answer("{}", "503 Busy", $"{Json}Retry-After: 2\r\n"));
        });
        using var relay = new Rig(upstream);

        var asking = relay.RefusedAsync();
        await Wait.UntilAsync(() => relay.Time.HasTimer(TimeSpan.FromSeconds(2)), "it waits");
        relay.Time.Advance(TimeSpan.FromSeconds(10));
        var refused = await asking;

        Assert.AreEqual((504, "2"), (refused.Status, Field(refused, "Retry-After")));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("Cache-Control: max-age=60\r\nAge: 55\r\n", "max-age=60", "55")]
    [DataRow("Cache-Control: max-age=60\r\n", "max-age=60", "")]
    [DataRow("Expires: Thu, 01 Jan 2099 00:00:00 GMT\r\nAge: 7\r\n", "no-store", "7")]
    [DataRow("Age: 55\r\n", "no-store", "")]
    [DataRow("Cache-Control: max-age=60\r\nAge: old\r\n", "max-age=60", "")]
    public async Task How_old_an_answer_is_goes_with_how_long_it_may_be_kept(string fields, string policy, string age)
    {
        await using var upstream = ScriptedUpstream.Always("{}", fields: Json + fields);
        using var relay = new Rig(upstream);

        var reply = await relay.AskAsync();

        Assert.AreEqual(policy, reply.Headers.Single(field => field.Name == "Cache-Control").Value);
        Assert.AreEqual(age, reply.Headers.FirstOrDefault(field => field.Name == "Age").Value ?? "");
    }

    static string? Field(ApiError refused, string name) => refused.Headers.FirstOrDefault(field => field.Name == name).Value;

    /// <summary>The relay's own parts, with ten seconds for each request.</summary>
    sealed class Rig : IDisposable
    {
        readonly Meter meter = new("test");
        readonly Upstream upstream;

        public Rig(ScriptedUpstream scripted) => upstream = new Upstream(
            new UpstreamAddress("default", scripted.Url),
            new RelaySettings(),
            new TinyGrepServer.Relay.Hedging(Time),
            new RelayMetrics(meter),
            Time);

        public FakeTime Time { get; } = new();

        public Task<Reply> AskAsync() => upstream.AskAsync(TimeSpan.FromSeconds(10), "test", CancellationToken.None);

        public Task<ApiError> RefusedAsync() => Assert.ThrowsExactlyAsync<ApiError>(AskAsync);

        public void Dispose()
        {
            upstream.Dispose();
            meter.Dispose();
        }
    }
}
