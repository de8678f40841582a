// Writes the standard input of one grep: texts, parts of texts, or only the lines that may match, of several dictionaries one after the
// other. Each piece ends in a newline, so that grep sees whole lines. grep starts with the first bytes there are for it, if any.

using Microsoft.Win32.SafeHandles;
using TinyGrepServer.Processes;

namespace TinyGrepServer.Search;

/// <param name="plan">What is asked.</param>
/// <param name="batch">The dictionaries.</param>
internal sealed class GrepFeed(GrepPlan plan, GrepBatch batch) : IDisposable
{
    const int ReadSize = 256 << 10;
    const int FlushSize = 64 << 10;

    /// <summary>A line that is not whole in so many bytes is given to grep unseen.</summary>
    const int MaxFiltered = 1 << 20;

    /// <summary>So many bytes of one dictionary's ranges are held back until it is certain that they were of the right version.</summary>
    const int MaxHeld = 1 << 20;

    readonly PooledBuffer read = new(ReadSize);
    readonly PooledBuffer pending = new(FlushSize);
    readonly List<LineFilter.Chosen> chosen = [];
    readonly List<Problem> problems = [];
    Func<Task<ChildProcess>>? start;
    ChildProcess? child;
    int dictionary;
    long fed;            // lines fed
    bool isWhole = true; // the last of them has its newline
    long lines;          // lines of the text so far, whether fed or not, its last one aside where it lacks a newline
    bool pieceBegun;     // what comes next continues the piece that was begun last
    volatile bool stopped;

    /// <summary>What the lines of grep's input belong to.</summary>
    public FedLines Lines { get; } = new();

    /// <summary>Dictionaries that could not be read to their end; complete once <see cref="RunAsync"/> is.</summary>
    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>Newlines in the text of the last dictionary, or in its part.</summary>
    public long LinesOfLast => lines;

    /// <summary>Feeds everything, then closes the input.</summary>
    /// <param name="starting">Starts grep.</param>
    public async Task RunAsync(Func<Task<ChildProcess>> starting)
    {
        start = starting;
        foreach (var candidate in batch.Candidates)
        {
            if (stopped) break;
            await FeedAsync(candidate);
        }
        await FlushAsync(0);
        child?.CloseInput();
    }

    /// <summary>No more is wanted.</summary>
    public void Stop() => stopped = true;

    public void Dispose()
    {
        read.Dispose();
        pending.Dispose();
    }

    async Task FeedAsync(Candidate candidate)
    {
        (dictionary, lines) = (candidate.Dictionary, 0);
        BeginPiece(0);
        try
        {
            if (batch.Part is { } part)
            {
                await FeedSpanAsync(part.File, part.From, part.To);
                return;
            }
            using var file = candidate.File.Open();
            if (plan.Decoding?.Needed(candidate) == true) await FeedDecodedAsync(plan.Decoding, file, candidate);
            else if (!plan.TakesParts || candidate.Ranges is not { } ranges || !await FedRangesAsync(file, candidate, ranges))
                await FeedSpanAsync(file, 0, long.MaxValue);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(dictionary, Problem.Unreadable));
        }
        EndPiece();
        await FlushAsync(FlushSize);
    }

    async Task FeedDecodedAsync(TextDecoding decoding, SafeFileHandle file, Candidate candidate)
    {
        using var text = decoding.Open(file, candidate, null);
        read.Clear();
        while (!stopped && text.Read(read.GetSpan()) is var more and > 0)
        {
            read.Advance(more);
            TakeWholeLines();
            await FlushAsync(FlushSize);
        }
        Take(read.Written.Span);
        if (text.Problem is { } problem) problems.Add(new Problem(dictionary, problem));
    }

    /// <summary>Feeds the ranges alone; false where the file is another one than they are of: nothing was fed then.</summary>
    async ValueTask<bool> FedRangesAsync(SafeFileHandle file, Candidate candidate, IReadOnlyList<TextRange> ranges)
    {
        if (FileVersion.Of(file) != candidate.File.Version) return false;
        var holds = ranges.Sum(range => range.Length) <= MaxHeld;
        var (bytes, pieces, linesFed) = (pending.Length, Lines.Count, fed);
        foreach (var range in ranges)
        {
            lines = range.LinesBefore;
            BeginPiece(lines);
            for (var at = range.Offset; !stopped && at < range.Offset + range.Length;)
            {
                read.Clear();
                var max = (int)Math.Min(ReadSize, range.Offset + range.Length - at);
                while (read.Length < max && ReadMore(file, at + read.Length, max - read.Length) > 0) continue;
                if (read.Length == 0) break;
                at += read.Length;
                var isCut = at < range.Offset + range.Length;
                if (isCut && read.Written.Span.LastIndexOf((byte)'\n') is var newline and >= 0)
                {
                    at -= read.Length - newline - 1;
                    read.RemoveLast(read.Length - newline - 1);
                    isCut = false;
                }
                Take(read.Written.Span, isCut);
                if (!holds) await FlushAsync(FlushSize);
            }
            EndPiece();
        }
        if (!holds || FileVersion.Of(file) == candidate.File.Version) return true;
        pending.RemoveLast(pending.Length - bytes);
        Lines.KeepFirst(pieces);
        (fed, lines) = (linesFed, 0);
        BeginPiece(0);
        return false;
    }

    /// <summary>Feeds the lines that begin in this span.</summary>
    async Task FeedSpanAsync(SafeFileHandle file, long from, long to)
    {
        var at = Math.Max(0, from - 1); // the byte before tells whether a line begins here
        var begun = from == 0;
        read.Clear();
        while (!stopped)
        {
            var more = ReadMore(file, at, int.MaxValue);
            if (more == 0) break;
            at += more;
            if (!begun && !Begins(at, to, out begun)) return;
            if (!begun) continue;
            if (at >= to && LastNewline(at, to) is var newline and >= 0)
            {
                read.RemoveLast(read.Length - newline - 1);
                break;
            }
            TakeWholeLines();
            await FlushAsync(FlushSize);
        }
        if (begun) Take(read.Written.Span);
    }

    /// <summary>Looks for the first line that begins in the span, and drops what is before it.</summary>
    /// <returns>False: no line begins in it.</returns>
    bool Begins(long at, long to, out bool begun)
    {
        var newline = read.Written.Span.IndexOf((byte)'\n');
        begun = newline >= 0;
        if (begun && at - read.Length + newline + 1 >= to) return false;
        if (!begun && at >= to) return false;
        read.RemoveFirst(begun ? newline + 1 : read.Length);
        return true;
    }

    /// <summary>Where in what was read the line ends that holds the last byte of the span, or -1: further on.</summary>
    int LastNewline(long at, long to)
    {
        var last = (int)Math.Max(0, to - 1 - (at - read.Length));
        var newline = read.Written.Span[last..].IndexOf((byte)'\n');
        return newline < 0 ? -1 : last + newline;
    }

    int ReadMore(SafeFileHandle file, long at, int max)
    {
        var room = read.GetSpan();
        var more = RandomAccess.Read(file, room[..Math.Min(Math.Min(room.Length, max), ReadSize)], at);
        read.Advance(more);
        return more;
    }

    /// <summary>Takes the whole lines of what was read, and all of it where it is the beginning of a very long one.</summary>
    void TakeWholeLines()
    {
        var whole = read.Written.Span.LastIndexOf((byte)'\n') + 1;
        if (whole == 0 && read.Length < MaxFiltered) return;
        var isCut = whole == 0;
        if (isCut) whole = read.Length;
        Take(read.Written.Span[..whole], isCut);
        read.RemoveFirst(whole);
    }

    /// <summary>Feeds what may match of the next bytes; they begin a line, or go on with one that was too long to be held.</summary>
    /// <param name="bytes">Whole lines, the last of the text perhaps without its newline; or the beginning of a very long one.</param>
    /// <param name="isCut">Whether they are that, and nothing else.</param>
    void Take(ReadOnlySpan<byte> bytes, bool isCut = false)
    {
        if (!isWhole)
        {
            var end = bytes.IndexOf((byte)'\n') + 1;
            Append(end == 0 ? bytes : bytes[..end]);
            bytes = end == 0 ? [] : bytes[end..];
        }
        if (plan.Filter is not { } filter || !plan.TakesParts || isCut)
        {
            Append(bytes);
            return;
        }
        chosen.Clear();
        filter.Choose(bytes, chosen);
        var passed = 0;
        foreach (var (start, end) in chosen)
        {
            if (start > passed)
            {
                lines += bytes[passed..start].Count((byte)'\n');
                pieceBegun = false;
            }
            Append(bytes[start..end]);
            passed = end;
        }
        if (passed == bytes.Length) return;
        lines += bytes[passed..].Count((byte)'\n');
        pieceBegun = false;
    }

    void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        if (!pieceBegun) BeginPiece(lines);
        var newlines = bytes.Count((byte)'\n');
        (fed, lines) = (fed + newlines, lines + newlines);
        isWhole = bytes[^1] == '\n';
        pending.Append(bytes);
    }

    void BeginPiece(long linesBefore)
    {
        Lines.Begin(fed, dictionary, linesBefore);
        pieceBegun = true;
    }

    void EndPiece()
    {
        pieceBegun = false;
        if (isWhole) return;
        pending.Append((byte)'\n');
        fed++;
        isWhole = true;
    }

    async ValueTask FlushAsync(int atLeast)
    {
        if (pending.Length == 0 || pending.Length < atLeast || stopped) return;
        child ??= await start!();
        if (!await child.WriteAsync(pending.Written)) stopped = true;
        pending.Clear();
    }
}
