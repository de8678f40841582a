// One search in process, for terms without regular-expression meaning. Files are read with pread into pooled buffers, never
// mapped: a file truncated under a map would kill the process. The cores scan ahead, and their results are put back in order; the lines
// around matches are then handed over exactly as grep would print them.

namespace TinyGrepServer.Search;

/// <param name="plan">What is looked for.</param>
/// <param name="candidates">The dictionaries that may hold a match, in order.</param>
/// <param name="ticket">The right to run, given back when the run is disposed.</param>
internal sealed class ScanRun(ScanPlan plan, IReadOnlyList<Candidate> candidates, SearchTicket ticket) : ISearchRun
{
    static readonly int Ahead = Environment.ProcessorCount + 1;

    readonly ScanWork work = new(plan, candidates);
    readonly Queue<Task<List<ScanPiece>>> scanning = new();
    readonly List<Problem> problems = [];
    readonly LineCounter counter = new();
    readonly DictionaryLimit limit = new(plan.MaxPerDictionary, plan.After);
    IEnumerator<Func<List<ScanPiece>>>? tasks;
    bool hasTask; // the current one of them has not been run
    List<ScanPiece> pieces = [];
    int next; // the first of the pieces that has not been handed over whole
    int failed = -1;
    ContextWindow? window;
    bool ended;

    public StopReason Stop { get; private set; } = StopReason.End;

    public IReadOnlyList<Problem> Problems => problems;

    public string Engine => ticket.Engine;

    public TimeSpan Elapsed => ticket.Clock.Elapsed;

    public async Task<bool> ReadAsync(ILineSink sink, CancellationToken cancellationToken)
    {
        if (ended) return false;
        cancellationToken.ThrowIfCancellationRequested();
        ticket.Clock.Start(null);
        try
        {
            if (ticket.Clock.Left == TimeSpan.Zero)
            {
                Stop = StopReason.Timeout;
                ended = true;
            }
            else
            {
                ended = !await ReadNextAsync(sink);
            }
            if (!ended) return true;
            lock (sink.Gate) counter.Flush(sink);
            return false;
        }
        finally
        {
            ticket.Clock.Pause();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (hasTask) scanning.Enqueue(Task.Run(tasks!.Current)); // a task that was taken must be run: it may hold a file
        hasTask = false;
        tasks?.Dispose();
        for (; next < pieces.Count; next++) pieces[next].Dispose();
        try
        {
            while (scanning.TryDequeue(out var unused))
            {
                foreach (var piece in await unused) piece.Dispose();
            }
        }
        finally
        {
            ticket.Dispose();
        }
    }

    async Task<bool> ReadNextAsync(ILineSink sink)
    {
        if (next == pieces.Count)
        {
            Schedule();
            if (!scanning.TryDequeue(out var first)) return false;
            (pieces, next) = (await first, 0);
            Schedule();
        }
        var held = sink.Held;
        while (next < pieces.Count && sink.Held - held < ILineSink.Step)
        {
            if (HandOver(pieces[next], sink)) continue;
            Stop = StopReason.Limit;
            return false;
        }
        return true;
    }

    /// <summary>Keeps every core scanning ahead, unless others wait for their turn; a single task is done where it is asked for.</summary>
    void Schedule()
    {
        if (tasks is null)
        {
            tasks = work.Cut().GetEnumerator();
            hasTask = tasks.MoveNext();
        }
        var max = ticket.OthersWait ? 1 : Ahead;
        while (hasTask && scanning.Count < max)
        {
            var task = tasks.Current;
            hasTask = tasks.MoveNext();
            var isAlone = scanning.Count == 0 && (!hasTask || max == 1);
            scanning.Enqueue(isAlone ? Task.FromResult(task()) : Task.Run(task));
        }
    }

    /// <summary>Hands over the next lines of a piece, and takes the next one once it is done; false: the sink has enough.</summary>
    bool HandOver(ScanPiece piece, ILineSink sink)
    {
        var (wanted, done) = (true, true);
        if (piece.Dictionary != failed)
        {
            if (window?.Dictionary != piece.Dictionary) window = new ContextWindow(plan.Term, plan.Before, plan.After, piece.Dictionary);
            if (plan.CountOnly) wanted = Count(piece, sink);
            else if (piece.Problem != Problem.Unreadable) wanted = Show(piece, sink, out done);
            if (done && piece.Problem is { } problem) Note(piece.Dictionary, problem);
        }
        if (!done && wanted) return true;
        piece.Dispose();
        next++;
        return wanted;
    }

    bool Count(ScanPiece piece, ILineSink sink)
    {
        lock (sink.Gate) return counter.Add(piece.Dictionary, piece.Matches, sink);
    }

    bool Show(ScanPiece piece, ILineSink sink, out bool done)
    {
        done = true;
        if (!plan.HasContext && limit.IsReached(piece.Dictionary)) work.Skip(piece.Dictionary);
        window!.Begin(piece.LinesBefore);
        if (piece.Chunk is null)
        {
            window.Pass(piece.Lines);
            return true;
        }
        lock (sink.Gate) return window.HandOver(piece.Chunk, limit.For(sink), out done);
    }

    void Note(int dictionary, string problem)
    {
        Stop = StopReason.Unreadable;
        if (!problems.Contains(new Problem(dictionary, problem))) problems.Add(new Problem(dictionary, problem));
        if (problem != Problem.Unreadable) return;
        failed = dictionary;
        work.Skip(dictionary);
    }
}
