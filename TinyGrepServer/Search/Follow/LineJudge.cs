// Has grep judge lines that are in memory. It takes a turn as every search does.

using TinyGrepServer.Processes;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>How far grep came.</summary>
internal enum Judgement
{
    /// <summary>To the end.</summary>
    Whole,

    /// <summary>To a line that it gave up on.</summary>
    GaveUp,

    /// <summary>To where its time was up.</summary>
    OutOfTime,
}

internal sealed class LineJudge(Grep grep, SearchQueue queue, SearchQuery query, TimeSpan timeout)
{
    readonly GrepCommand command = (GrepCommand.ForMatches(query, long.MaxValue) with { Max = null }).OverInput(several: true);

    /// <exception cref="ApiError">400: grep refuses the pattern. 503: there is no turn, or no room for a grep.</exception>
    public async Task CheckAsync(string asker, CancellationToken cancellationToken)
    {
        using var turn = await queue.EnterAsync(new SearchClock(timeout), asker, "grep", cancellationToken);
        await grep.CheckAsync(command, cancellationToken);
    }

    /// <summary>Adds each line that matches to those found, under its index in <paramref name="lines"/>.</summary>
    /// <param name="first">The first line to judge.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ApiError">503: there is no turn, or no room for a grep.</exception>
    public async Task<Judgement> JudgeAsync(
        NewLines lines, int first, int count, MatchesFound found, CancellationToken cancellationToken)
    {
        using var turn = await queue.EnterAsync(new SearchClock(timeout), "", "grep", cancellationToken);
        turn.Clock.Start(expired: null);
        await using var child = await grep.StartFedAsync(command, cancellationToken);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(timeout);
        await using var end = late.Token.UnsafeRegister(static child => ((ChildProcess)child!).Kill(), child);
        lines.Judged = first;
        var parser = new GrepParser(command, lines, found.Problems.Add);
        var feeding = FeedAsync(child, lines.Text(first, count));
        using var buffer = new PooledBuffer(64 << 10);
        while (await child.ReadAsync(buffer.GetMemory()) is var read and > 0)
        {
            buffer.Advance(read);
            buffer.RemoveFirst(parser.Parse(buffer.Written.Span, found, out _));
        }
        await feeding;
        var exit = await child.WaitAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return exit.Code <= 1 ? Judgement.Whole : late.IsCancellationRequested ? Judgement.OutOfTime : Judgement.GaveUp;
    }

    static async Task FeedAsync(ChildProcess child, ReadOnlyMemory<byte> text)
    {
        await child.WriteAsync(text);
        child.CloseInput();
    }
}
