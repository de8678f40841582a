// When attempts are made, to the millisecond, on a clock that the test moves.

using System.Diagnostics.Metrics;
using TinyGrepServer.Relay;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Relay;

[TestClass]
public sealed class HedgingSpecs
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [TestMethod, Timeout(60_000)]
    public async Task A_success_after_250_ms_takes_one_request()
    {
        var release = new TaskCompletionSource();
        await using var upstream = new ScriptedUpstream(async (_, connection) =>
        {
            await release.Task;
            await connection.WriteAsync(ScriptedUpstream.Answer("{}"));
        });
        using var relay = new Rig(upstream);

        var asking = relay.AskAsync(Limit);
        await relay.WhenHedgeWaitsAsync();
        relay.Time.Advance(TimeSpan.FromMilliseconds(250));
        release.SetResult();
        var reply = await asking;

        Assert.AreEqual(200, reply.Status);
        Assert.AreEqual(1, upstream.Requests);
        Assert.AreEqual("attempt1;dur=250.0;desc=\"0.0 to 250.0 ms: won\", relay;dur=250.0", Timing(reply.Headers));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_success_after_350_ms_takes_three_requests_and_the_losers_are_closed()
    {
        var release = new TaskCompletionSource();
        await using var upstream = new ScriptedUpstream(async (number, connection) =>
        {
            if (number > 1) await ScriptedUpstream.Never(connection);
            await release.Task;
            await connection.WriteAsync(ScriptedUpstream.Answer("{}"));
        });
        using var relay = new Rig(upstream);

        var asking = relay.AskAsync(Limit);
        await relay.WhenHedgeWaitsAsync();
        await Wait.UntilAsync(() => upstream.Requests == 1, "the first request");
        relay.Time.Advance(TimeSpan.FromMilliseconds(300));
        await Wait.UntilAsync(() => upstream.Requests == 3, "the hedges");
        relay.Time.Advance(TimeSpan.FromMilliseconds(50));
        release.SetResult();
        var reply = await asking;

        Assert.AreEqual(
            "attempt1;dur=350.0;desc=\"0.0 to 350.0 ms: won\", attempt2;dur=50.0;desc=\"300.0 to 350.0 ms: lost\", "
            + "attempt3;dur=50.0;desc=\"300.0 to 350.0 ms: lost\", relay;dur=350.0",
            Timing(reply.Headers));
        await Wait.UntilAsync(() => upstream.Ended == 2, "the losers' connections are closed");
        Assert.AreEqual(3, upstream.Connections);
    }

    [TestMethod, Timeout(60_000)]
    public async Task After_a_failure_at_50_ms_the_others_start_at_once()
    {
        var (fail, succeed) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var upstream = new ScriptedUpstream(async (number, connection) =>
        {
            await (number == 1 ? fail : succeed).Task;
            await connection.WriteAsync(ScriptedUpstream.Answer("{}", number == 1 ? "500 Oops" : "200 OK"));
        });
        using var relay = new Rig(upstream);

        var asking = relay.AskAsync(Limit);
        await relay.WhenHedgeWaitsAsync();
        relay.Time.Advance(TimeSpan.FromMilliseconds(50));
        fail.SetResult();
        await Wait.UntilAsync(() => upstream.Requests == 3, "the others, though the clock stands still");
        succeed.SetResult();
        var reply = await asking;

        StringAssert.Contains(
            Timing(reply.Headers),
            "attempt1;dur=50.0;desc=\"0.0 to 50.0 ms: failed, status 500\", attempt2;dur=0.0;desc=\"50.0 to 50.0 ms: ",
            StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Nothing_within_the_timeout_is_a_504_at_the_timeout_and_every_socket_is_given_back()
    {
        await using var upstream = new ScriptedUpstream((_, connection) => ScriptedUpstream.Never(connection));
        using var relay = new Rig(upstream);

        var asking = relay.AskAsync(TimeSpan.FromMilliseconds(400));
        await relay.WhenHedgeWaitsAsync();
        relay.Time.Advance(TimeSpan.FromMilliseconds(300));
        await Wait.UntilAsync(() => upstream.Requests == 3, "the hedges");
        relay.Time.Advance(TimeSpan.FromMilliseconds(100));
        var refused = await Assert.ThrowsExactlyAsync<ApiError>(() => asking);

        Assert.AreEqual(504, refused.Status);
        StringAssert.EndsWith(
            Timing(refused.Headers), "300.0 to 400.0 ms: ended by the timeout\", relay;dur=400.0", StringComparison.Ordinal);
        await Wait.UntilAsync(() => upstream.Ended == 3, "all connections are closed");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_spent_budget_leaves_one_attempt_and_says_so_until_it_has_recovered()
    {
        await using var upstream = ScriptedUpstream.Always("{}", "500 Oops");
        using var relay = new Rig(upstream, new RelaySettings { HedgeBudget = 0.2 });

        var last = await relay.RefusedAsync();
        for (var request = 0; request < 200 && Hedging(last) is null; request++) last = await relay.RefusedAsync();
        var before = upstream.Requests;
        var exhausted = await relay.RefusedAsync();
        var after = upstream.Requests;
        relay.Time.Advance(TimeSpan.FromSeconds(1));
        var recovered = await relay.RefusedAsync();

        Assert.AreEqual("budget-exhausted", Hedging(exhausted));
        StringAssert.Contains(exhausted.Message, "in 1 attempt. 1: status 500.", StringComparison.Ordinal);
        Assert.AreEqual(1, after - before);
        Assert.IsNull(Hedging(recovered));
        Assert.AreEqual(3, upstream.Requests - after);
        StringAssert.Contains(recovered.Message, "in 3 attempts. 1: status 500; 2: status 500; 3: status 500.", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Ready_turns_red_after_ten_failures_and_green_again_after_half_a_minute_or_a_success()
    {
        var status = "500 Oops";
        await using var upstream = new ScriptedUpstream(
            async (_, connection) => await connection.WriteAsync(ScriptedUpstream.Answer("{}", status)));
        using var relay = new Rig(upstream);

        for (var request = 0; request < 4; request++) await relay.RefusedAsync();
        var red = await relay.ProblemAsync();
        relay.Time.Advance(TimeSpan.FromSeconds(31));
        var forgotten = await relay.ProblemAsync();
        await relay.RefusedAsync();
        var redAgain = await relay.ProblemAsync();
        status = "200 OK";
        await relay.AskAsync(Limit);

        Assert.AreEqual("the last 10 attempts have all failed", red);
        Assert.IsNull(forgotten);
        Assert.IsNotNull(redAgain);
        Assert.IsNull(await relay.ProblemAsync());
    }

    static string Timing(IEnumerable<(string Name, string Value)> headers) => headers.Single(field => field.Name == "Server-Timing").Value;

    static string? Hedging(ApiError refused) => refused.Headers.FirstOrDefault(field => field.Name == "X-Hedging").Value;

    /// <summary>The relay's own parts, without a server around them.</summary>
    sealed class Rig : IDisposable
    {
        readonly Meter meter = new("test");
        readonly Upstream upstream;

        public Rig(ScriptedUpstream scripted, RelaySettings? settings = null) =>
            upstream = new Upstream(
                new UpstreamAddress("default", scripted.Url),
                settings ?? new RelaySettings(),
                new TinyGrepServer.Relay.Hedging(Time),
                new RelayMetrics(meter),
                Time);

        public FakeTime Time { get; } = new();

        public Task<Reply> AskAsync(TimeSpan limit) => upstream.AskAsync(limit, "test", CancellationToken.None);

        public Task<ApiError> RefusedAsync() => Assert.ThrowsExactlyAsync<ApiError>(() => AskAsync(Limit));

        public Task<string?> ProblemAsync() => upstream.Check.ProblemAsync(CancellationToken.None);

        public Task WhenHedgeWaitsAsync() => Wait.UntilAsync(() => Time.HasTimer(TimeSpan.FromMilliseconds(300)), "the hedges' timer");

        public void Dispose()
        {
            upstream.Dispose();
            meter.Dispose();
        }
    }
}
