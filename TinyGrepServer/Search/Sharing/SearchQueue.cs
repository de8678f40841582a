// How many searches compute at once. The rest wait in order, up to a bound; beyond it the answer is 503 at once. A turn is for
// computing: a search that waits for its client lends it to others and queues for it again. No thread is held by one that waits.

using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class SearchQueue : IDisposable
{
    readonly ConcurrencyLimiter limiter;
    readonly SearchSettings settings;
    readonly Histogram<double> duration;
    int running;
    int suspended;

    public SearchQueue(SearchSettings settings, Meter meter)
    {
        this.settings = settings;
        limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = settings.MaxSearches,
            QueueLimit = int.MaxValue, // those who return are never refused; the others are counted in WaitAsync
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        duration = meter.CreateHistogram<double>(
            "tinygrep.search.duration", "s", "Duration of searches, waiting for slow clients not included.");
        meter.CreateObservableUpDownCounter(
            "tinygrep.searches.running", () => Volatile.Read(ref running), "{search}", "Searches that are running.");
        meter.CreateObservableUpDownCounter(
            "tinygrep.searches.suspended", () => Volatile.Read(ref suspended), "{search}", "Searches that wait for a slow client.");
        meter.CreateObservableUpDownCounter(
            "tinygrep.search.queue.length", () => Waiting, "{search}", "Searches that wait for their turn.");
    }

    /// <summary>Whether one more search would have to be refused.</summary>
    public bool IsFull => limiter.GetStatistics() is { CurrentAvailablePermits: 0 } && Waiting >= settings.Queue;

    /// <summary>Whether a search waits for its turn: then one that runs should not take more than its share.</summary>
    public bool HasWaiting => Waiting > 0;

    long Waiting => limiter.GetStatistics()?.CurrentQueuedCount ?? 0;

    /// <summary>Waits for a turn. Dispose the ticket when the search has ended.</summary>
    /// <param name="clock">The search's time, which runs while it waits; the ticket owns it from now on.</param>
    /// <param name="engine">What will do the work, for the metric.</param>
    /// <exception cref="ApiError">503: the queue is full, or the search's whole time was spent in it.</exception>
    public async Task<SearchTicket> EnterAsync(SearchClock clock, string engine, CancellationToken cancellationToken)
    {
        var lease = limiter.AttemptAcquire(1);
        if (!lease.IsAcquired)
        {
            lease.Dispose();
            lease = await WaitAsync(clock, cancellationToken);
        }
        Interlocked.Increment(ref running);
        return new SearchTicket(this, lease, clock, engine);
    }

    /// <summary>Takes a turn that was lent back, however long it takes: what has been found so far is not given up.</summary>
    internal async Task<RateLimitLease> ReturnAsync(CancellationToken cancellationToken)
    {
        var lease = await limiter.AcquireAsync(1, cancellationToken);
        Interlocked.Decrement(ref suspended);
        Interlocked.Increment(ref running);
        return lease;
    }

    internal void Suspend(RateLimitLease lease)
    {
        Interlocked.Increment(ref suspended);
        Interlocked.Decrement(ref running);
        lease.Dispose();
    }

    /// <param name="lease">The turn; null where the search ended while it was lent.</param>
    internal void Leave(RateLimitLease? lease, TimeSpan elapsed, string engine)
    {
        if (lease is null) Interlocked.Decrement(ref suspended);
        else Interlocked.Decrement(ref running);
        lease?.Dispose();
        duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("engine", engine));
    }

    public void Dispose() => limiter.Dispose();

    async Task<RateLimitLease> WaitAsync(SearchClock clock, CancellationToken cancellationToken)
    {
        if (Waiting >= settings.Queue)
            throw ApiError.Unavailable($"{settings.MaxSearches} searches are running and {settings.Queue} are waiting.");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(clock.Left);
        try
        {
            return await limiter.AcquireAsync(1, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ApiError.Unavailable($"The search waited {clock.Timeout.TotalSeconds:0.###} s for its turn.");
        }
    }
}

/// <summary>The right to run one search, and the time it has for it.</summary>
internal sealed class SearchTicket(SearchQueue queue, RateLimitLease turn, SearchClock clock, string engine) : IDisposable
{
    /// <summary>How long a client may take before its search lends the turn: a brisk one is not made to queue again and again.</summary>
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    RateLimitLease? lease = turn;
    bool givenBack;

    public SearchClock Clock => clock;

    /// <summary>What does the work: <c>grep</c> or <c>scan</c>.</summary>
    public string Engine => engine;

    /// <summary>Whether others wait for their turn.</summary>
    public bool OthersWait => queue.HasWaiting;

    /// <summary>Waits for the client; where it is slow, others may have the turn meanwhile.</summary>
    public async Task LendWhileAsync(ValueTask client, CancellationToken cancellationToken)
    {
        if (client.IsCompleted)
        {
            await client;
            return;
        }
        var waiting = client.AsTask();
        if (await Task.WhenAny(waiting, Task.Delay(Moment, cancellationToken)) != waiting && lease is not null)
        {
            queue.Suspend(lease);
            lease = null;
        }
        await waiting;
        lease ??= await queue.ReturnAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref givenBack, true)) return;
        clock.Dispose();
        queue.Leave(lease, clock.Elapsed, engine);
    }
}
