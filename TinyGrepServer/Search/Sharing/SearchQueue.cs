// How many searches run at once. The rest wait in order, up to a bound; beyond it the answer is 503 at once.
// No thread is held by a search that waits.

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

    public SearchQueue(SearchSettings settings, Meter meter)
    {
        this.settings = settings;
        limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = settings.MaxSearches,
            QueueLimit = settings.Queue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        duration = meter.CreateHistogram<double>(
            "tinygrep.search.duration", "s", "Duration of searches, waiting for slow clients not included.");
        meter.CreateObservableUpDownCounter(
            "tinygrep.searches.running", () => Volatile.Read(ref running), "{search}", "Searches that are running.");
        meter.CreateObservableUpDownCounter(
            "tinygrep.search.queue.length",
            () => limiter.GetStatistics()?.CurrentQueuedCount ?? 0,
            "{search}",
            "Searches that wait for their turn.");
    }

    /// <summary>Whether one more search would have to be refused.</summary>
    public bool IsFull =>
        limiter.GetStatistics() is { } now && now.CurrentAvailablePermits == 0 && now.CurrentQueuedCount >= settings.Queue;

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
        if (!lease.IsAcquired)
        {
            lease.Dispose();
            throw ApiError.Unavailable($"{settings.MaxSearches} searches are running and {settings.Queue} are waiting.");
        }
        Interlocked.Increment(ref running);
        return new SearchTicket(this, lease, clock, engine);
    }

    public void Dispose() => limiter.Dispose();

    internal void Leave(TimeSpan elapsed, string engine)
    {
        Interlocked.Decrement(ref running);
        duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("engine", engine));
    }

    async Task<RateLimitLease> WaitAsync(SearchClock clock, CancellationToken cancellationToken)
    {
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
internal sealed class SearchTicket(SearchQueue queue, RateLimitLease lease, SearchClock clock, string engine) : IDisposable
{
    bool givenBack;

    public SearchClock Clock => clock;

    /// <summary>What does the work: <c>grep</c> or <c>scan</c>.</summary>
    public string Engine => engine;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref givenBack, true)) return;
        clock.Dispose();
        lease.Dispose();
        queue.Leave(clock.Elapsed, engine);
    }
}
