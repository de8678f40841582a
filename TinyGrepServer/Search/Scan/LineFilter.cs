// Finds lines that grep need not judge, because they lack something that every match contains. A line must contain a literal from each of
// several sets; the set with the longest literals is searched for, and only lines that have one of it are checked for the others.

namespace TinyGrepServer.Search;

internal sealed class LineFilter
{
    readonly byte[][] first;
    readonly byte[][][] others;

    /// <param name="literals">What a line must hold.</param>
    /// <param name="ignoreCase">Whether the search ignores case: then some characters beyond ASCII fit ASCII letters.</param>
    public LineFilter(PatternLiterals literals, bool ignoreCase)
    {
        byte[][][] sets =
        [
            .. literals.Sets
                .OrderByDescending(set => set.Min(literal => literal.Length)).ThenBy(set => set.Count)
                .Select(set => (byte[][])[.. set, .. ignoreCase ? PatternLiterals.FoldToAscii : []]),
        ];
        (first, others) = (sets[0], sets[1..]);
    }

    /// <summary>A line that may match.</summary>
    /// <param name="Start">Its first byte.</param>
    /// <param name="End">The byte behind its newline, or behind its last byte where it has none.</param>
    public readonly record struct Chosen(int Start, int End);

    /// <summary>Adds the lines that may match, in order.</summary>
    /// <param name="lines">Whole lines.</param>
    public void Choose(ReadOnlySpan<byte> lines, List<Chosen> chosen)
    {
        Span<int> hits = stackalloc int[first.Length]; // where each literal occurs next
        for (var literal = 0; literal < hits.Length; literal++) hits[literal] = Next(lines, 0, first[literal]);
        while (true)
        {
            var hit = int.MaxValue;
            foreach (var next in hits) hit = Math.Min(hit, next);
            if (hit == int.MaxValue) return;
            var start = lines[..hit].LastIndexOf((byte)'\n') + 1;
            var newline = lines[hit..].IndexOf((byte)'\n');
            var end = newline < 0 ? lines.Length : hit + newline + 1;
            if (HoldsOthers(lines[start..end])) chosen.Add(new Chosen(start, end));
            for (var literal = 0; literal < hits.Length; literal++)
            {
                if (hits[literal] < end) hits[literal] = Next(lines, end, first[literal]);
            }
        }
    }

    int Next(ReadOnlySpan<byte> lines, int from, byte[] literal) =>
        FoldedBytes.IndexOf(lines[from..], literal) is var hit and >= 0 ? from + hit : int.MaxValue;

    bool HoldsOthers(ReadOnlySpan<byte> line)
    {
        foreach (var set in others)
        {
            if (!HoldsOne(line, set)) return false;
        }
        return true;
    }

    bool HoldsOne(ReadOnlySpan<byte> line, byte[][] set)
    {
        foreach (var literal in set)
        {
            if (FoldedBytes.IndexOf(line, literal) >= 0) return true;
        }
        return false;
    }
}
