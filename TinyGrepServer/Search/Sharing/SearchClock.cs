// The time a search has left, from the moment of its request. It pauses while the search waits for a slow client, and is extended when
// another request for the same question joins.

using System.Diagnostics;

namespace TinyGrepServer.Search;

internal sealed class SearchClock : IDisposable
{
    const int Never = System.Threading.Timeout.Infinite;

    readonly Lock gate = new();
    readonly Stopwatch work = new();
    readonly Timer timer;
    long deadline;
    long pausedAt;
    bool armed;
    Action? onExpired;

    /// <param name="timeout">How long the search may take.</param>
    public SearchClock(TimeSpan timeout)
    {
        Timeout = timeout;
        timer = new Timer(_ => Ring(), null, Never, Never);
        deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
    }

    /// <summary>How long the search may take, counted from when it was asked or last joined.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Time the search has worked, waiting for its turn and for its client not included.</summary>
    public TimeSpan Elapsed => work.Elapsed;

    /// <summary>True once the time was up while the search worked.</summary>
    public bool Expired { get; private set; }

    public TimeSpan Left
    {
        get
        {
            lock (gate) return TimeSpan.FromMilliseconds(Math.Max(0, deadline - Environment.TickCount64));
        }
    }

    /// <summary>Gives the search its whole time again, counted from now.</summary>
    public void Extend()
    {
        lock (gate) deadline = Math.Max(deadline, Environment.TickCount64 + (long)Timeout.TotalMilliseconds);
    }

    /// <summary>The search works.</summary>
    /// <param name="expired">Called when the time is up; null for a search that looks at <see cref="Left"/> itself.</param>
    public void Start(Action? expired)
    {
        lock (gate)
        {
            onExpired = expired;
            work.Start();
            if (pausedAt > 0) deadline += Environment.TickCount64 - pausedAt;
            pausedAt = 0;
            if (expired is not null) Arm();
        }
    }

    /// <summary>The search waits for its client.</summary>
    public void Pause()
    {
        lock (gate)
        {
            work.Stop();
            pausedAt = Environment.TickCount64;
        }
    }

    public void Dispose() => timer.Dispose();

    void Arm()
    {
        if (armed) return;
        armed = true;
        timer.Change(Math.Max(0, deadline - Environment.TickCount64), Never);
    }

    void Ring()
    {
        lock (gate)
        {
            armed = false;
            if (pausedAt > 0 || onExpired is null) return; // Start arms it again
            if (deadline > Environment.TickCount64)
            {
                Arm(); // extended meanwhile
                return;
            }
            Expired = true;
        }
        onExpired();
    }
}
