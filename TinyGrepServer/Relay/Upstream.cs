// A server that the relay may ask: its connections, its budget, its health. One call answers one client request, always
// within the client's timeout.

using System.Diagnostics.Metrics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Relay;

internal sealed class Upstream(UpstreamAddress address, RelaySettings settings, Hedging hedging, RelayMetrics metrics, TimeProvider time)
    : IDisposable
{
    readonly UpstreamClient client = new(address.Url, settings.Required, time);
    readonly HedgeBudget budget = new(settings.HedgeBudget, time);
    readonly UpstreamHealth health = new(time);

    public HealthCheck Check => new($"upstream_{address.Name}", _ => Task.FromResult(health.Problem));

    /// <exception cref="ApiError">502, 504.</exception>
    public async Task<Reply> AskAsync(TimeSpan limit, string requestId, CancellationToken cancellationToken)
    {
        var request = new HedgedRequest(client, budget, requestId, limit, time);
        if (limit == TimeSpan.Zero) throw RelayReply.TooLate(request, address.Name, limit);
        budget.Deposit();
        using var timer = new CancellationTokenSource(limit, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        Attempt? winner = null;
        try
        {
            var last = await hedging.RunAsync(request, deadline.Token);
            if (last.Answer is { Failure: null }) winner = last;
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            request.Settle(null, timedOut: true);
            throw RelayReply.TooLate(request, address.Name, limit);
        }
        finally
        {
            request.Settle(winner, timedOut: false);
            metrics.Count(address.Name, request);
            foreach (var attempt in request.Attempts) health.Learn(attempt);
        }
        return winner?.Answer is { } answer ? RelayReply.Success(request, answer) : throw RelayReply.Failure(request, address.Name);
    }

    public void Dispose() => client.Dispose();
}

/// <summary>Attempts by outcome, and how often the budget refused a hedge.</summary>
internal sealed class RelayMetrics(Meter meter)
{
    readonly Counter<long> attempts = meter.CreateCounter<long>(
        "tinygrep.relay.attempts", "{attempt}", "Attempts at an upstream, by outcome.");

    readonly Counter<long> denied = meter.CreateCounter<long>(
        "tinygrep.relay.hedges_denied", "{request}", "Requests that made one attempt only because the hedging budget was spent.");

    public void Count(string upstream, HedgedRequest request)
    {
        foreach (var attempt in request.Attempts) attempts.Add(1, new("upstream", upstream), new("outcome", Name(attempt.Outcome)));
        if (request.IsDenied && !request.IsUnhedged) denied.Add(1, new KeyValuePair<string, object?>("upstream", upstream));
    }

    static string Name(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Won => "won",
        AttemptOutcome.Failed => "failed",
        AttemptOutcome.TimedOut => "timeout",
        _ => "lost",
    };
}
