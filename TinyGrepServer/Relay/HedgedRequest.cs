// One client request: the attempts made for it, and whether the budget allowed more than one. Attempts begin and end on any
// thread while the request is undecided, so the list has a lock; once it is settled, late results change nothing. A Retry-After of the
// upstream is honoured; if it is too long for this request, there is no further attempt.

namespace TinyGrepServer.Relay;

internal sealed class HedgedRequest(UpstreamClient client, HedgeBudget budget, string id, TimeSpan limit, TimeProvider time)
{
    readonly Lock gate = new();
    readonly List<Attempt> attempts = [];
    readonly long started = time.GetTimestamp();
    bool? granted;
    TimeSpan notBefore;

    public TimeSpan Elapsed => time.GetElapsedTime(started);

    /// <summary>It wanted to hedge, and the budget was spent.</summary>
    public bool IsDenied => granted == false;

    /// <summary>Hedging is switched off.</summary>
    public bool IsUnhedged => budget.IsOff;

    /// <summary>All attempts so far, in order.</summary>
    public IReadOnlyList<Attempt> Attempts
    {
        get
        {
            lock (gate) return [.. attempts];
        }
    }

    /// <summary>Whether the second and third attempt may be made: asked of the budget once, for both.</summary>
    public bool MayHedge()
    {
        lock (gate) return granted ??= budget.TryTake(Hedging.Further);
    }

    /// <summary>Whether another attempt may succeed where this one has failed, within the time that is left.</summary>
    public bool IsWorthAnother(Attempt failed)
    {
        lock (gate)
        {
            if (failed.Answer is not { Failure: not null, IsFinal: false }) return false;
            return notBefore < limit || attempts.Exists(other => other.End is null);
        }
    }

    /// <summary>Makes an attempt, once the upstream wants one.</summary>
    public async Task<Attempt> AttemptAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (gate) wait = notBefore - Elapsed;
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);
        var attempt = Begin();
        var answer = await client.GetAsync(id, attempt.Number, cancellationToken);
        lock (gate)
        {
            if (attempt.End is not null) return attempt; // too late
            (attempt.Answer, attempt.End) = (answer, Elapsed);
            if (answer.RetryAfter is { } pause && notBefore < limit)
                notBefore = pause < limit ? TimeSpan.FromTicks(Math.Max(notBefore.Ticks, (Elapsed + pause).Ticks)) : limit;
            if (answer.Failure is not null) attempt.Outcome = AttemptOutcome.Failed;
            return attempt;
        }
    }

    /// <summary>The request is over: what still ran has lost, or was ended by the timeout.</summary>
    public void Settle(Attempt? winner, bool timedOut)
    {
        lock (gate)
        {
            foreach (var attempt in attempts.Where(attempt => attempt.Outcome == AttemptOutcome.Running))
            {
                attempt.Outcome = attempt == winner ? AttemptOutcome.Won : timedOut ? AttemptOutcome.TimedOut : AttemptOutcome.Lost;
                attempt.End ??= Elapsed;
            }
        }
    }

    Attempt Begin()
    {
        lock (gate)
        {
            attempts.Add(new Attempt(attempts.Count + 1, Elapsed));
            return attempts[^1];
        }
    }
}
