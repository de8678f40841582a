// One running search per distinct question (single flight). A request for the same question joins it and extends its time; it is
// cancelled only when the last of them has left or timed out. An answer too large for memory has one reader only, the first to take
// it; the others search for themselves.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>A search that several may wait for.</summary>
internal sealed class SharedSearch(SearchClock clock)
{
    /// <summary>Its time; each one who joins extends it.</summary>
    public SearchClock Clock => clock;

    /// <summary>The answer while it is made, once the search has begun.</summary>
    public Answer? Answer { get; set; }
}

internal sealed class SharedSearches(TimeSpan timeout)
{
    /// <summary>How much longer an asker waits than the search may take: the search itself tells best that its time is up.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a search whose time is up may take to say so: its grep is killed and waited for.</summary>
    static readonly TimeSpan Ending = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    readonly Dictionary<string, Running> running = new(StringComparer.Ordinal);

    /// <summary>Joins the search for this key, or begins it.</summary>
    /// <param name="key">The question.</param>
    /// <param name="search">Searches for all.</param>
    /// <param name="alone">Searches for one, whose reply has not been begun by anybody.</param>
    public async Task<Reply> AskAsync(
        string key,
        Func<SharedSearch, CancellationToken, Task<Reply>> search,
        Func<CancellationToken, Task<Reply>> alone,
        CancellationToken cancellationToken)
    {
        var (joined, isFirst) = Join(key);
        if (isFirst) _ = RunAsync(key, joined, search); // owned by those who wait for joined.Reply
        try
        {
            var ready = joined.Reply.Task; // a scan in process has often ended by now
            var reply = ready.IsCompleted ? await ready : await InTimeAsync(joined, cancellationToken);
            if (reply.Stream is null || joined.Take()) return isFirst ? reply : Joined(reply);
        }
        finally
        {
            Leave(key, joined);
        }
        return await alone(cancellationToken);
    }

    /// <summary>
    /// The reply, or what has been found by the time the asker's is up. A search that is ending by then is waited for: it has most to tell.
    /// </summary>
    async Task<Reply> InTimeAsync(Running joined, CancellationToken cancellationToken)
    {
        if (await IsThereWithinAsync(timeout + Margin)) return await joined.Reply.Task;
        var search = joined.Search;
        if (search.Clock.Left > TimeSpan.Zero && search.Answer is null) throw TooLong();
        if (search.Clock.Left > TimeSpan.Zero && search.Answer?.Partial() is { } found) return found;
        if (await IsThereWithinAsync(Ending)) return await joined.Reply.Task;
        return search.Answer?.Partial() ?? throw TooLong();

        async Task<bool> IsThereWithinAsync(TimeSpan limit)
        {
            try
            {
                await joined.Reply.Task.WaitAsync(limit, cancellationToken);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }

        static ApiError TooLong() => ApiError.Unavailable("The search waited too long for a turn.");
    }

    /// <summary>The same answer, and a word that it was another's search.</summary>
    static Reply Joined(Reply reply) => reply with
    {
        Headers = [.. reply.Headers.Select(field => field.Name == "Server-Timing" ? (field.Name, $"joined, {field.Value}") : field)],
    };

    (Running Joined, bool IsFirst) Join(string key)
    {
        lock (gate)
        {
            var isFirst = !running.TryGetValue(key, out var joined);
            if (isFirst) running[key] = joined = new Running(new SharedSearch(new SearchClock(timeout)));
            else joined!.Search.Clock.Extend();
            joined!.Askers++;
            return (joined, isFirst);
        }
    }

    async Task RunAsync(string key, Running joined, Func<SharedSearch, CancellationToken, Task<Reply>> search)
    {
        try
        {
            var reply = await search(joined.Search, joined.Gone.Token);
            Forget(key, joined);
            joined.Reply.SetResult(reply);
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to those who wait.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            Forget(key, joined);
            joined.Reply.SetException(failed);
        }
    }

    void Leave(string key, Running joined)
    {
        lock (gate)
        {
            if (--joined.Askers > 0) return;
            Forget(key, joined);
        }
        if (!joined.Reply.Task.IsCompleted) joined.Gone.Cancel();
        _ = joined.DropUntakenAsync();
    }

    void Forget(string key, Running joined)
    {
        lock (gate)
        {
            if (running.TryGetValue(key, out var current) && current == joined) running.Remove(key);
        }
    }

    sealed class Running(SharedSearch search)
    {
        int taken;

        public SharedSearch Search => search;

        public int Askers { get; set; }

        public CancellationTokenSource Gone { get; } = new();

        public TaskCompletionSource<Reply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>True for the first who wants the streamed reply.</summary>
        public bool Take() => Interlocked.Exchange(ref taken, 1) == 0;

        /// <summary>Ends a search whose reply nobody waits for any more.</summary>
        public async Task DropUntakenAsync()
        {
            try
            {
                var reply = await Reply.Task;
                if (reply.Stream is not null && Take() && reply.Owner is { } owner) await owner.DisposeAsync();
            }
            catch (Exception ended) when (ended is OperationCanceledException or ApiError)
            {
                // It was cancelled with its last asker.
            }
        }
    }
}
