// Hands over the matching lines of one file, chunk after chunk, with the lines around them, as grep -B -A prints them:
// every line once, in order. Between chunks it keeps the last lines, which may be the context of the next match.

namespace TinyGrepServer.Search;

/// <param name="term">What is looked for, to mark it in the lines.</param>
/// <param name="before">Lines of context before each match.</param>
/// <param name="after">Lines of context after each match.</param>
/// <param name="dictionary">The file's index in the search.</param>
internal sealed class ContextWindow(byte[] term, int before, int after, int dictionary)
{
    /// <summary>The file's index in the search.</summary>
    public int Dictionary => dictionary;

    readonly ContextLines kept = new();
    readonly List<int> bounds = [];
    long linesBefore; // lines of the file before this chunk
    int trailing;     // lines of context after a match that are still to come
    int nextMatch;    // where in the chunk an earlier call stopped:
    int at;           // the first line not yet handed over,
    long number;      // and its number

    /// <summary>What is handed over next begins after so many lines of the file; null: where the last chunk ended.</summary>
    public void Begin(long? lines)
    {
        if (lines is { } known && nextMatch == 0) linesBefore = known;
    }

    /// <summary>Passes over lines in which there is nothing to be shown.</summary>
    public void Pass(long lines) => linesBefore += lines;

    /// <summary>Hands over what the chunk adds, one step of the sink at a time.</summary>
    /// <param name="done">Whether the chunk has been handed over whole; false: call again once the sink has sent what it holds.</param>
    /// <returns>False: the sink has enough.</returns>
    public bool HandOver(ScanChunk chunk, ILineSink sink, out bool done)
    {
        done = false;
        var bytes = chunk.Bytes;
        var held = sink.Held;
        if (nextMatch == 0) (at, number) = (0, linesBefore + 1);
        while (nextMatch < chunk.Matches.Count)
        {
            if (sink.Held - held >= ILineSink.Step) return true;
            var match = chunk.Matches[nextMatch++];
            if (!GiveTrailing(bytes[..match.Start], sink)) return false;
            var matchNumber = linesBefore + match.LinesBefore + 1;
            if (!GiveBefore(bytes[at..match.Start], matchNumber, at == 0, sink)) return false;
            if (!Give(bytes[match.Start..match.End], matchNumber, selected: true, sink)) return false;
            (at, number, trailing) = (Math.Min(match.End + 1, bytes.Length), matchNumber + 1, after);
        }
        if (!GiveTrailing(bytes, sink)) return false;
        if (before > 0) Keep(bytes[at..], at == 0);
        if (chunk.LeftOut) LeaveOutLine();
        linesBefore += chunk.Lines;
        nextMatch = 0;
        return done = true;
    }

    /// <summary>A line too long to be shown is not context, and what was before it is not context of what comes after it.</summary>
    void LeaveOutLine()
    {
        kept.Clear();
        trailing = 0;
    }

    /// <summary>Lines after the last match, up to the next one.</summary>
    bool GiveTrailing(ReadOnlySpan<byte> bytes, ILineSink sink)
    {
        while (trailing > 0 && at < bytes.Length)
        {
            var newline = bytes[at..].IndexOf((byte)'\n');
            var end = newline < 0 ? bytes.Length : at + newline;
            if (!Give(bytes[at..end], number++, selected: false, sink)) return false;
            at = Math.Min(end + 1, bytes.Length);
            trailing--;
        }
        return true;
    }

    /// <summary>The last lines of what lies between, and of what was kept where the chunk has too few.</summary>
    bool GiveBefore(ReadOnlySpan<byte> between, long matchNumber, bool reachesBack, ILineSink sink)
    {
        if (before == 0) return true;
        var start = LastLines(between, before, out var found);
        if (reachesBack)
        {
            var earlier = kept.Last(before - found) ?? throw Refusals.ContextTooLarge();
            for (var at = 0; at < earlier.Length; at++)
            {
                if (!Give(earlier[at], matchNumber - found - earlier.Length + at, selected: false, sink)) return false;
            }
        }
        var rest = between[start..];
        for (var number = matchNumber - found; !rest.IsEmpty; number++)
        {
            var end = rest.IndexOf((byte)'\n');
            if (!Give(rest[..end], number, selected: false, sink)) return false;
            rest = rest[(end + 1)..];
        }
        kept.Clear();
        return true;
    }

    /// <summary>Remembers the last lines for a match in the next chunk.</summary>
    void Keep(ReadOnlySpan<byte> rest, bool reachesBack)
    {
        if (!reachesBack) kept.Clear();
        rest = rest[LastLines(rest, before, out _)..];
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            kept.Add(rest[..(end < 0 ? rest.Length : end)].ToArray());
            rest = end < 0 ? [] : rest[(end + 1)..];
        }
        kept.KeepLast(before);
    }

    /// <summary>Where the last <paramref name="max"/> lines begin.</summary>
    static int LastLines(ReadOnlySpan<byte> bytes, int max, out int found)
    {
        var start = bytes.Length;
        for (found = 0; found < max && start > 0; found++)
        {
            start = bytes[..(start - 1)].LastIndexOf((byte)'\n') + 1; // the byte before start ends a line
        }
        return start;
    }

    bool Give(ReadOnlySpan<byte> line, long number, bool selected, ILineSink sink)
    {
        bounds.Clear();
        if (selected && term.Length > 0)
        {
            for (var from = 0; line[from..].IndexOf(term) is var hit and >= 0; from += hit + term.Length)
            {
                bounds.Add(from + hit);
                bounds.Add(from + hit + term.Length);
            }
        }
        return sink.Add(new FoundLine
        {
            Dictionary = dictionary,
            Number = number,
            Selected = selected,
            Text = line,
            Bounds = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bounds),
        });
    }
}
