// One search by grep: starts it, hands its lines over, and knows what its end means. Many files are given to several greps
// one after the other, because an argument list has a limit. A grep that somebody else's signal ended is run once more.

using System.Text;
using TinyGrepServer.Processes;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <param name="grep">The program.</param>
/// <param name="command">The question in its words.</param>
/// <param name="files">The dictionaries of the search, in order.</param>
/// <param name="ticket">The right to run, given back when the run is disposed.</param>
/// <param name="finished">How many of the dictionaries an earlier answer has finished with.</param>
internal sealed class GrepRun(
    Grep grep, GrepCommand command, IReadOnlyList<DictionaryFile> files, SearchTicket ticket, int finished) : ISearchRun
{
    const int MaxFilesAtOnce = 1_000;
    const int MaxPathBytesAtOnce = 128 << 10;

    readonly PooledBuffer buffer = new(64 << 10);
    ChildProcess? child;
    GrepParser? parser;
    int begun; // files given to a grep so far, beyond the finished ones
    bool ended;
    bool ranAgain;
    bool linesLeft; // the parser stopped for the sink, not for want of lines

    public StopReason Stop { get; private set; } = StopReason.End;

    public TimeSpan Elapsed => ticket.Clock.Elapsed;

    public string Engine => ticket.Engine;

    public async Task<bool> ReadAsync(ILineSink sink, CancellationToken cancellationToken)
    {
        if (ended) return false;
        ticket.Clock.Start(Kill);
        try
        {
            await using var onCancel = cancellationToken.UnsafeRegister(static run => ((GrepRun)run!).Kill(), this);
            ended = !await ReadNextAsync(sink, cancellationToken);
            return !ended;
        }
        finally
        {
            ticket.Clock.Pause();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (child is not null) await child.DisposeAsync();
        buffer.Dispose();
        ticket.Dispose();
    }

    bool AllGiven => finished + begun >= files.Count;

    void Kill() => child?.Kill();

    async Task<bool> ReadNextAsync(ILineSink sink, CancellationToken cancellationToken)
    {
        if (AllGiven && child is null) return false;
        if (child is null) await StartNextAsync(cancellationToken);
        if (!linesLeft)
        {
            if (buffer.Length >= FoundLine.MaxBytes) throw Refusals.LineTooLong();
            var read = await child!.ReadAsync(buffer.GetMemory()); // ended by Kill
            if (read == 0) return await EndAsync(sink, cancellationToken);
            buffer.Advance(read);
        }
        bool enough;
        int used;
        var held = sink.Held;
        lock (sink.Gate) used = parser!.Parse(buffer.Written.Span, sink, out enough);
        buffer.RemoveFirst(used);
        linesLeft = sink.Held - held >= ILineSink.Step;
        if (enough) Stop = StopReason.Limit;
        return !enough;
    }

    async Task StartNextAsync(CancellationToken cancellationToken)
    {
        var batch = NextBatch();
        parser = new GrepParser(command, batch, finished + begun);
        buffer.Clear();
        linesLeft = false;
        begun += batch.Length;
        child = await grep.StartAsync(command, batch.Select(file => file.Path), cancellationToken);
        if (ticket.Clock.Expired || cancellationToken.IsCancellationRequested) child.Kill();
    }

    DictionaryFile[] NextBatch()
    {
        var bytes = 0;
        return
        [
            .. files.Skip(finished + begun)
                .Take(MaxFilesAtOnce)
                .TakeWhile((file, at) => at == 0 || (bytes += Encoding.UTF8.GetByteCount(file.Path)) < MaxPathBytesAtOnce),
        ];
    }

    /// <summary>grep has closed its output: says whether there is more to come.</summary>
    async Task<bool> EndAsync(ILineSink sink, CancellationToken cancellationToken)
    {
        var exit = await child!.WaitAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (ticket.Clock.Expired)
        {
            Stop = StopReason.Timeout;
            return false;
        }
        if (exit.SignalledByOthers && !ranAgain && sink.TryRestart())
        {
            ranAgain = true;
            begun = 0;
        }
        else if (exit.Code > 1)
        {
            await ExplainAsync(exit, cancellationToken);
            if (Stop == StopReason.Timeout) return false;
        }
        await child.DisposeAsync();
        child = null;
        return !AllGiven;
    }

    async Task ExplainAsync(ChildExit failed, CancellationToken cancellationToken)
    {
        await child!.DisposeAsync();
        child = await grep.StartAsync(command, ["/dev/null"], cancellationToken);
        if (ticket.Clock.Expired) child.Kill();
        var onNothing = await child.WaitAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (ticket.Clock.Expired)
        {
            Stop = StopReason.Timeout;
            return;
        }
        grep.ThrowIfPatternIsBad(command, failed, onNothing, files);
        if (failed.Code > 2) throw new InvalidOperationException($"grep ended with {failed.Code}.");
        Stop = StopReason.Unreadable;
    }
}
