// What /readyz says about an upstream, judged by clients' own requests: no probe adds load to a server in trouble. Red when
// its last ten attempts have all failed and the latest is at most 30 s old; after that its state is unknown, so it turns
// green again and requests may find out.

namespace TinyGrepServer.Relay;

internal sealed class UpstreamHealth(TimeProvider time)
{
    const int Enough = 10;
    static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    /// <summary>A client's timeout may be a millisecond; only one at least this long says something about the upstream.</summary>
    static readonly TimeSpan FairChance = TimeSpan.FromSeconds(5);

    readonly Lock gate = new();
    int failures;
    long latest;

    public string? Problem
    {
        get
        {
            lock (gate)
            {
                var isDown = failures >= Enough && time.GetElapsedTime(latest) <= Memory;
                return isDown ? $"the last {Enough} attempts have all failed" : null;
            }
        }
    }

    public void Learn(Attempt attempt)
    {
        var failed = attempt.Outcome == AttemptOutcome.Failed
            || (attempt.Outcome == AttemptOutcome.TimedOut && attempt.End - attempt.Start >= FairChance);
        if (!failed && attempt.Outcome != AttemptOutcome.Won) return;
        lock (gate)
        {
            failures = failed ? Math.Min(failures + 1, Enough) : 0;
            latest = time.GetTimestamp();
        }
    }
}
