// One search by grep: its dictionaries are given to several greps, some of which work ahead while the first is read; lines are handed
// over strictly in order, and an answer that is full ends them all at once. A grep killed by a foreign signal is run once more.

using TinyGrepServer.Processes;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <param name="grep">The program.</param>
/// <param name="plan">The question in its words.</param>
/// <param name="candidates">The dictionaries that may hold a match, in order.</param>
/// <param name="ticket">The right to run, given back when the run is disposed.</param>
internal sealed class GrepRun(Grep grep, GrepPlan plan, IReadOnlyList<Candidate> candidates, SearchTicket ticket) : ISearchRun
{
    readonly Lock gate = new(); // of what may be killed from outside
    readonly Queue<RunningGrep> running = new(); // the first of them is read
    readonly PooledBuffer buffer = new(64 << 10);
    readonly LineCounter counter = new();
    readonly DictionaryLimit limit = new(plan.Command.MaxPerFile, plan.Command.After);
    readonly List<Problem> problems = [];
    GrepBatches? batches;
    GrepBatch? waiting; // there was no room for it
    (int Dictionary, long Lines) passed; // lines of a long dictionary in the parts before
    bool isRead;        // the first grep has its turn
    bool everNeeded;
    int finished;
    bool ended;
    bool ranAgain;
    bool linesLeft; // the parser stopped for the sink, not for want of lines

    public StopReason Stop { get; private set; } = StopReason.End;

    public IReadOnlyList<Problem> Problems => problems;

    public TimeSpan Elapsed => ticket.Clock.Elapsed;

    public string Engine => candidates.Count == 0 ? ticket.Engine : string.Join(' ', [ticket.Engine, .. plan.Command.AllOptions]);

    public async Task<bool> ReadAsync(ILineSink sink, CancellationToken cancellationToken)
    {
        if (ended) return false;
        ticket.Clock.Start(Kill);
        try
        {
            await using var onCancel = cancellationToken.UnsafeRegister(static run => ((GrepRun)run!).Kill(), this);
            ended = !await ReadNextAsync(sink, cancellationToken);
            if (ended) Kill();
            return !ended;
        }
        finally
        {
            ticket.Clock.Pause();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAllAsync();
        batches?.Dispose();
        buffer.Dispose();
        ticket.Dispose();
    }

    void Kill()
    {
        lock (gate)
        {
            foreach (var one in running) one.Kill();
        }
    }

    async Task<bool> ReadNextAsync(ILineSink sink, CancellationToken cancellationToken)
    {
        if (!isRead && !await BeginNextAsync(cancellationToken))
        {
            if (!everNeeded) await JudgePatternAsync(null, cancellationToken);
            lock (sink.Gate) counter.Flush(sink);
            return false;
        }
        var first = running.Peek();
        if (!linesLeft)
        {
            var read = await first.ReadAsync(buffer.GetMemory()); // ended by Kill
            if (read == 0) return await EndAsync(first, sink, cancellationToken);
            buffer.Advance(read);
        }
        bool enough;
        int used;
        var held = sink.Held;
        lock (sink.Gate) used = first.Parser.Parse(buffer.Written.Span, SinkOf(first, sink), out enough);
        buffer.RemoveFirst(used);
        linesLeft = sink.Held - held >= ILineSink.Step;
        if (enough) Stop = StopReason.Limit;
        return !enough;
    }

    /// <summary>What grep cannot do by dictionary where it is fed is done here: count, and have enough.</summary>
    ILineSink SinkOf(RunningGrep one, ILineSink sink) =>
        plan.Command.Counts ? counter.For(sink, areCounts: one.Command.Counts)
        : one.Feed is null ? sink
        : limit.For(sink);

    /// <summary>Gives the next grep its turn, and starts those that work ahead; false: there is none left.</summary>
    async Task<bool> BeginNextAsync(CancellationToken cancellationToken)
    {
        batches ??= new GrepBatches(plan, candidates, grep.FilesAtOnce);
        var mayEndEarly = plan.Command.Max is not null;
        var max = ticket.OthersWait || (mayEndEarly && finished == 0) ? 1 : Grep.MaxOfASearch;
        while (running.Count < max && (waiting ?? batches.Next()) is { } batch)
        {
            waiting = batch;
            if (!await StartAsync(batch, cancellationToken)) break;
            waiting = null;
        }
        if (!running.TryPeek(out var first)) return false;
        if (first.Batch.Part is not null && passed.Dictionary == first.Batch.Candidates[0].Dictionary)
            first.Feed!.Lines.LinesBefore = passed.Lines;
        buffer.Clear();
        (isRead, linesLeft) = (true, false);
        return true;
    }

    /// <summary>Starts one more; false: the system has no room for it, and others have to end first.</summary>
    async Task<bool> StartAsync(GrepBatch batch, CancellationToken cancellationToken)
    {
        RunningGrep one;
        try
        {
            one = await RunningGrep.StartAsync(grep, plan, batch, isAhead: running.Count > 0, cancellationToken);
        }
        catch (ApiError) when (running.Count > 0)
        {
            return false;
        }
        lock (gate) running.Enqueue(one);
        if (ticket.Clock.Expired || cancellationToken.IsCancellationRequested) one.Kill();
        return true;
    }

    /// <summary>The first grep has closed its output: says whether the search goes on.</summary>
    async Task<bool> EndAsync(RunningGrep first, ILineSink sink, CancellationToken cancellationToken)
    {
        var exit = await first.WaitAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (ticket.Clock.Expired)
        {
            Stop = StopReason.Timeout;
            lock (sink.Gate) counter.Flush(sink);
            return false;
        }
        if (exit?.SignalledByOthers == true && !ranAgain && sink.TryRestart())
        {
            await RestartAsync();
            return true;
        }
        everNeeded |= exit is not null;
        if (exit?.Code > 1)
        {
            await JudgePatternAsync(exit, cancellationToken);
            if (Stop == StopReason.Timeout) return false;
            Stop = StopReason.Unreadable;
            first.NoteRefused();
        }
        Note(first);
        await DropFirstAsync(first);
        return true;
    }

    void Note(RunningGrep first)
    {
        var before = problems.Count;
        problems.AddRange(first.Problems.Where(problem => !problems.Contains(problem)));
        if (problems.Count > before) Stop = StopReason.Unreadable;
        if (first.Batch.Part is null) return;
        var dictionary = first.Batch.Candidates[0].Dictionary;
        passed = (dictionary, (passed.Dictionary == dictionary ? passed.Lines : 0) + first.Feed!.LinesOfLast);
    }

    async Task DropFirstAsync(RunningGrep first)
    {
        await first.DisposeAsync();
        lock (gate) running.Dequeue();
        isRead = false;
        finished++;
    }

    async Task RestartAsync()
    {
        ranAgain = true;
        await EndAllAsync();
        batches?.Dispose();
        batches = null;
        problems.Clear();
        counter.Clear();
        limit.Clear();
        (waiting, passed, isRead, finished, Stop) = (null, default, false, 0, StopReason.End);
    }

    async Task EndAllAsync()
    {
        Kill();
        foreach (var one in running) await one.DisposeAsync();
        lock (gate) running.Clear();
    }

    /// <summary>Asks grep about the pattern alone: a bad one is refused whether or not a line was there to be judged.</summary>
    /// <param name="failed">How grep ended; null: it had nothing to do.</param>
    /// <exception cref="ApiError">400: the pattern, in grep's own words.</exception>
    async Task JudgePatternAsync(ChildExit? failed, CancellationToken cancellationToken)
    {
        await using var child = await grep.StartAsync(plan.Command, ["/dev/null"], cancellationToken);
        await using var onCancel = cancellationToken.UnsafeRegister(static child => ((ChildProcess)child!).Kill(), child);
        var left = ticket.Clock.Left;
        using var timer = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
        await using var onTimeout = timer.Token.UnsafeRegister(static child => ((ChildProcess)child!).Kill(), child);
        var onNothing = await child.WaitAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (ticket.Clock.Expired || timer.IsCancellationRequested)
        {
            Stop = StopReason.Timeout;
            return;
        }
        grep.ThrowIfPatternIsBad(plan.Command, failed ?? onNothing, onNothing, isRead ? running.Peek().Files : null);
        if (failed?.Code > 2) throw new InvalidOperationException($"grep ended with {failed.Code}.");
    }
}
