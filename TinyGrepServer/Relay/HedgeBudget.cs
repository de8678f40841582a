// When an upstream is overloaded, every request hedges, and three times the load finishes it off. So hedges are paid for from
// a budget: each request deposits a share, each second adds 20, and what is not spent within 10 s expires (the idea of
// Finagle's RetryBudget). Time is cut into whole seconds: the oldest second is spent first.

namespace TinyGrepServer.Relay;

/// <param name="share">What one request deposits, in attempts; 0 switches hedging off altogether.</param>
internal sealed class HedgeBudget(double share, TimeProvider time)
{
    const int Seconds = 10;
    const double PerSecond = 20;

    readonly Lock gate = new();
    readonly long started = time.GetTimestamp();
    readonly double[] saved = [.. Enumerable.Repeat(PerSecond, Seconds)];
    long current = Seconds - 1;

    /// <summary>Whether there is any hedging.</summary>
    public bool IsOff => share == 0;

    /// <summary>A request has arrived.</summary>
    public void Deposit()
    {
        lock (gate)
        {
            Advance();
            saved[current % Seconds] += share;
        }
    }

    /// <summary>Pays for <paramref name="attempts"/> more, all or none.</summary>
    public bool TryTake(int attempts)
    {
        const double Rounding = 1e-9;
        lock (gate)
        {
            Advance();
            if (IsOff || saved.Sum() < attempts - Rounding) return false;
            double owed = attempts;
            for (var second = current - Seconds + 1; second <= current; second++)
            {
                var taken = Math.Min(owed, saved[second % Seconds]);
                saved[second % Seconds] -= taken;
                owed -= taken;
            }
            return true;
        }
    }

    void Advance()
    {
        var now = (long)time.GetElapsedTime(started).TotalSeconds + Seconds - 1;
        for (current = Math.Max(current, now - Seconds); current < now;) saved[++current % Seconds] = PerSecond;
    }
}
