// How many requests are inside the server. The counter goes up before a request is dispatched and down after its reply
// is closed; a stop waits here until it is zero.

namespace TinyGrepServer.Server;

/// <summary>Counts running requests and tells when the last one has left.</summary>
internal sealed class ActiveRequests
{
    readonly Lock gate = new();
    TaskCompletionSource? idle;
    int count;

    /// <summary>Requests that are running now.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>One more; returns how many there are with it.</summary>
    public int Enter()
    {
        lock (gate) return ++count;
    }

    /// <summary>One less.</summary>
    public void Leave()
    {
        lock (gate)
        {
            if (--count == 0) idle?.TrySetResult();
        }
    }

    /// <summary>Completes when no request is running, or throws <see cref="TimeoutException"/> after <paramref name="limit"/>.</summary>
    public Task WhenIdleAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        Task waiting;
        lock (gate)
        {
            if (count == 0) return Task.CompletedTask;
            if (idle is null || idle.Task.IsCompleted) idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = idle.Task;
        }
        return waiting.WaitAsync(limit, time, cancellationToken);
    }
}
