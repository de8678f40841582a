// The time a search has left. It runs while the search works and stands still while a slow client is waited for.

using System.Diagnostics;

namespace TinyGrepServer.Search;

internal sealed class SearchClock : IDisposable
{
    readonly TimeSpan limit;
    readonly Timer timer;
    readonly Stopwatch watch = new();
    Action? onTimeout;

    public SearchClock(TimeSpan limit)
    {
        this.limit = limit;
        timer = new Timer(_ => Expire(), null, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Time used.</summary>
    public TimeSpan Elapsed => watch.Elapsed;

    /// <summary>True once the time was up while the clock ran.</summary>
    public bool Expired { get; private set; }

    /// <summary>Lets the clock run; <paramref name="action"/> is called when the time is up.</summary>
    public void Start(Action action)
    {
        onTimeout = action;
        watch.Start();
        var left = limit - watch.Elapsed;
        timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public void Pause()
    {
        watch.Stop();
        timer.Change(Timeout.Infinite, Timeout.Infinite);
    }

    public void Dispose() => timer.Dispose();

    void Expire()
    {
        if (!watch.IsRunning) return;
        Expired = true;
        onTimeout?.Invoke();
    }
}
