// How long a failed job waits before its next attempt: twice as long each time, up to ten minutes, and never in step with
// others that failed with it.

namespace TinyGrepServer.Jobs;

internal static class Backoff
{
    const int MaxDoublings = 30;
    static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Max = TimeSpan.FromMinutes(10);

    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="chance">0..1: the jitter, half as long up to half as long again.</param>
    public static TimeSpan After(long attempt, double chance)
    {
        var steady = First * Math.Pow(2, Math.Min(attempt - 1, MaxDoublings));
        return (steady < Max ? steady : Max) * (0.5 + chance);
    }
}
