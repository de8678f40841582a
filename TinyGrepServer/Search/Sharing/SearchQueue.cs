// Limits how many searches compute at once. The rest wait, each address in a queue of its own, up to a limit; beyond it the answer is 503
// at once. A turn is for computing: a search that waits for its client lends it to others and queues for it again. Waiting holds no
// thread.

using System.Diagnostics.Metrics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class SearchQueue
{
    readonly FairTurns turns;
    readonly SearchSettings settings;
    readonly Histogram<double> duration;
    int running;
    int suspended;

    public SearchQueue(SearchSettings settings, Meter meter)
    {
        this.settings = settings;
        turns = new FairTurns(settings.MaxSearches, settings.Queue);
        duration = meter.CreateHistogram<double>(
            "tinygrep.search.duration", "s", "Duration of searches, waiting for slow clients not included.");
        meter.CreateObservableUpDownCounter(
            "tinygrep.searches.running", () => Volatile.Read(ref running), "{search}", "Searches that are running.");
        meter.CreateObservableUpDownCounter(
            "tinygrep.searches.suspended", () => Volatile.Read(ref suspended), "{search}", "Searches that wait for a slow client.");
        meter.CreateObservableUpDownCounter(
            "tinygrep.search.queue.length", () => turns.Waiting, "{search}", "Searches that wait for their turn.");
    }

    /// <summary>Whether one more search would have to be refused.</summary>
    public bool IsFull => turns.IsFull;

    /// <summary>Whether a search waits for its turn: then one that runs should not take more than its share.</summary>
    public bool HasWaiting => turns.Waiting > 0;

    /// <summary>Waits for a turn. Dispose the ticket when the search has ended.</summary>
    /// <param name="clock">The search's time, which runs while it waits; the ticket owns it from now on.</param>
    /// <param name="asker">Whose line it waits in; the lines take turns.</param>
    /// <param name="engine">What will do the work, for the metric.</param>
    /// <exception cref="ApiError">503: the queue is full, or the search's whole time was spent in it.</exception>
    public async Task<SearchTicket> EnterAsync(SearchClock clock, string asker, string engine, CancellationToken cancellationToken)
    {
        if (!await TakeAsync(clock, asker, cancellationToken))
            throw ApiError.Unavailable($"{settings.MaxSearches} searches are running and {settings.Queue} are waiting.");
        Interlocked.Increment(ref running);
        return new SearchTicket(this, asker, clock, engine);
    }

    /// <summary>Takes a turn that was lent back, however long it takes: what has been found so far is not given up.</summary>
    internal async Task ReturnAsync(string asker, CancellationToken cancellationToken)
    {
        await turns.TakeAsync(asker, returns: true, cancellationToken);
        Interlocked.Decrement(ref suspended);
        Interlocked.Increment(ref running);
    }

    internal void Suspend()
    {
        Interlocked.Increment(ref suspended);
        Interlocked.Decrement(ref running);
        turns.GiveBack();
    }

    /// <param name="hasTurn">False where the search ended while its turn was lent.</param>
    internal void Leave(bool hasTurn, TimeSpan elapsed, string engine)
    {
        if (hasTurn)
        {
            Interlocked.Decrement(ref running);
            turns.GiveBack();
        }
        else
        {
            Interlocked.Decrement(ref suspended);
        }
        duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("engine", engine));
    }

    async Task<bool> TakeAsync(SearchClock clock, string asker, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(clock.Left);
        try
        {
            return await turns.TakeAsync(asker, returns: false, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ApiError.Unavailable($"The search waited {clock.Timeout.TotalSeconds:0.###} s for a turn.");
        }
    }
}

/// <summary>The right to run one search, and the time it has for it.</summary>
internal sealed class SearchTicket(SearchQueue queue, string asker, SearchClock clock, string engine) : IDisposable
{
    /// <summary>How long a client may take before its search lends the turn: a brisk one is not made to queue again and again.</summary>
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    bool hasTurn = true;
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
        if (await Task.WhenAny(waiting, Task.Delay(Moment, cancellationToken)) != waiting && hasTurn)
        {
            hasTurn = false;
            queue.Suspend();
        }
        await waiting;
        if (hasTurn) return;
        await queue.ReturnAsync(asker, cancellationToken);
        hasTurn = true;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref givenBack, true)) return;
        clock.Dispose();
        queue.Leave(hasTurn, clock.Elapsed, engine);
    }
}
