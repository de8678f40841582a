// The one clock of the tests: it stands still until a test moves it, forwards or back. Timers fire when it passes them, on
// the thread that moves it.

namespace TinyGrepServer.Tests;

internal sealed class FakeTime : TimeProvider
{
    readonly Lock gate = new();
    readonly List<FakeTimer> timers = [];
    long now = new DateTime(2031, 5, 17, 8, 0, 0, DateTimeKind.Utc).Ticks;

    public DateTimeOffset Now
    {
        get => GetUtcNow();
        set => Advance(value - Now);
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (gate) return now;
    }

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Whether somebody waits for exactly this long from now.</summary>
    public bool HasTimer(TimeSpan dueTime)
    {
        lock (gate) return timers.Any(timer => timer.Due == now + dueTime.Ticks);
    }

    /// <summary>Whoever looks at the clock on another thread waits until the scope ends.</summary>
    public Lock.Scope Hold() => gate.EnterScope();

    public void Advance(TimeSpan by)
    {
        List<FakeTimer> due;
        lock (gate)
        {
            now += by.Ticks;
            due = [.. timers.Where(timer => timer.Due <= now).OrderBy(timer => timer.Due)];
            due.ForEach(timer => timers.Remove(timer));
        }
        due.ForEach(timer => timer.Fire());
    }

    sealed class FakeTimer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
                if (dueTime < TimeSpan.Zero) return true;
                Due = time.now + dueTime.Ticks;
                time.timers.Add(this);
            }
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
