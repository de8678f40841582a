// One grep of a search that has several: started, perhaps fed, read when its turn comes, killed and reaped in every case. One that
// is fed starts with the first bytes there are for it, and not at all where there are none.

using TinyGrepServer.Processes;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class RunningGrep : IAsyncDisposable
{
    readonly TaskCompletionSource<ChildProcess?> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<Problem> problems = [];
    readonly OpenedFiles? files;
    Task feeding = Task.CompletedTask;
    OutputAhead? output;
    volatile ChildProcess? process;
    volatile bool killed;

    RunningGrep(GrepCommand command, GrepBatch batch, bool refusesLongLines, GrepFeed feed)
        : this(command, batch, refusesLongLines, feed.Lines) => Feed = feed;

    RunningGrep(GrepCommand command, GrepBatch batch, bool refusesLongLines, OpenedFiles files)
        : this(command, batch, refusesLongLines, new NamedFiles(files.Candidates, files.Arguments))
    {
        this.files = files;
        problems.AddRange(files.Problems);
    }

    RunningGrep(GrepCommand command, GrepBatch batch, bool refusesLongLines, ILineOrigin origin)
    {
        (Command, Batch) = (command, batch);
        Parser = new GrepParser(command, origin, refusesLongLines ? static _ => throw Refusals.LineTooLong() : problems.Add);
    }

    public GrepCommand Command { get; }

    public GrepBatch Batch { get; }

    /// <summary>What writes its input; null where it reads files.</summary>
    public GrepFeed? Feed { get; }

    /// <summary>The files it was given to read; null where it is fed.</summary>
    public OpenedFiles? Files => files;

    public GrepParser Parser { get; }

    /// <summary>Dictionaries that were not read to their end, in order, each once; complete once <see cref="WaitAsync"/> is.</summary>
    public IEnumerable<Problem> Problems => (Feed?.Problems ?? []).Concat(problems).Distinct().OrderBy(problem => problem.Dictionary);

    /// <param name="isAhead">Whether others are read before it: then its output is collected meanwhile.</param>
    /// <exception cref="ApiError">503: the system has no room for it. One that is fed says so when it is read.</exception>
    public static async Task<RunningGrep> StartAsync(
        Grep grep, GrepPlan plan, GrepBatch batch, bool isAhead, CancellationToken cancellationToken)
    {
        var inBytes = plan.IsAscii is { } isAscii && batch.Candidates.All(candidate => isAscii(candidate.File));
        var command = plan.Command with { InBytes = inBytes || plan.Command.InBytes };
        RunningGrep running;
        if (batch.Feeds)
        {
            command = command.OverInput(several: batch.Candidates.Count > 1);
            var feed = new GrepFeed(plan, batch);
            running = new RunningGrep(command, batch, plan.RefusesLongLines, feed);
            running.feeding = Task.Run(
                () => running.FeedAsync(feed, () => grep.StartFedAsync(command, cancellationToken)), CancellationToken.None);
        }
        else
        {
            running = new RunningGrep(command, batch, plan.RefusesLongLines, new OpenedFiles(batch.Candidates));
            await running.StartOnFilesAsync(grep, cancellationToken);
        }
        if (isAhead) running.output = new OutputAhead(running.started.Task);
        return running;
    }

    /// <summary>Reads its output; 0: the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer) =>
        output is not null ? await output.ReadAsync(buffer)
        : await started.Task is { } child ? await child.ReadAsync(buffer)
        : 0;

    /// <summary>Waits for its end; null: no grep was needed.</summary>
    public async Task<ChildExit?> WaitAsync()
    {
        await feeding;
        return await started.Task is { } child ? await child.WaitAsync() : null;
    }

    /// <summary>grep could not read all that it was given: notes what it was refused.</summary>
    public void NoteRefused()
    {
        if (files is not null) problems.AddRange(files.Refused());
    }

    public void Kill()
    {
        killed = true;
        Feed?.Stop();
        process?.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await feeding;
        _ = started.Task.Exception; // told to whoever read, if anybody did
        if (output is not null) await output.DisposeAsync();
        if (process is not null) await process.DisposeAsync();
        Feed?.Dispose();
        files?.Dispose();
    }

    async Task StartOnFilesAsync(Grep grep, CancellationToken cancellationToken)
    {
        if (files!.Arguments.Count == 0)
        {
            started.SetResult(null);
            return;
        }
        try
        {
            Started(await grep.StartAsync(Command, files.Arguments, cancellationToken));
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    async Task FeedAsync(GrepFeed feed, Func<Task<ChildProcess>> start)
    {
        try
        {
            await feed.RunAsync(async () => Started(await start()));
            started.TrySetResult(null);
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to whoever reads.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            if (!started.TrySetException(failed)) Kill();
        }
    }

    ChildProcess Started(ChildProcess child)
    {
        process = child;
        started.SetResult(child);
        if (killed) child.Kill();
        return child;
    }
}
