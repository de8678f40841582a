// Which files, and which parts of them, may hold a match: what the sieve did not leave out.

namespace TinyGrepServer.Search;

internal static class Candidates
{
    /// <summary>The candidates among the files, in their order.</summary>
    /// <param name="firstFile">Those before it are passed over.</param>
    /// <param name="mask">What the sieve said, asked after the files were listed; null: nothing, so all of them are.</param>
    /// <param name="ignoreCase">Whether the question ignores case: letters beyond ASCII may then match what ASCII literals say.</param>
    public static List<Candidate> Of(IReadOnlyList<DictionaryFile> files, int firstFile, SieveMask? mask, bool ignoreCase)
    {
        if (mask?.SlotsOf(files) is not { } slots) return OfAll(files, firstFile, mask, ignoreCase);
        var found = slots.Ask(mask);
        List<Candidate> candidates = new(found.Count);
        foreach (var (index, isWhole) in found)
        {
            if (index >= firstFile) Add(candidates, index, files[index], isWhole ? null : mask, ignoreCase);
        }
        return mask.Believes(slots) ? candidates : OfAll(files, firstFile, mask, ignoreCase);
    }

    static List<Candidate> OfAll(IReadOnlyList<DictionaryFile> files, int firstFile, SieveMask? mask, bool ignoreCase)
    {
        List<Candidate> candidates = new(mask is null ? Math.Max(0, files.Count - firstFile) : 0);
        for (var index = firstFile; index < files.Count; index++) Add(candidates, index, files[index], mask, ignoreCase);
        return candidates;
    }

    static void Add(List<Candidate> candidates, int index, DictionaryFile file, SieveMask? mask, bool ignoreCase)
    {
        if (mask is null || file.Facts is not { } facts || MayBeAnywhere(facts, ignoreCase)) candidates.Add(new Candidate(index, file));
        else if (Ranges(facts, mask) is { } ranges) candidates.Add(new Candidate(index, file, UnlessAll(ranges, facts)));
    }

    static bool MayBeAnywhere(FileFacts facts, bool ignoreCase) =>
        facts.IsWithdrawn || (ignoreCase && facts.FoldsToAscii) || facts.Form == TextForm.Binary;

    /// <summary>The blocks that may hold a match, neighbours joined; null: none.</summary>
    static List<TextRange>? Ranges(FileFacts facts, SieveMask mask)
    {
        List<TextRange>? ranges = null;
        var blocks = facts.Blocks;
        for (var first = 0; first < blocks.Length; first++)
        {
            if (!mask.MayHold(blocks[first].Slot)) continue;
            var end = first + 1;
            while (end < blocks.Length && mask.MayHold(blocks[end].Slot)) end++;
            var until = end < blocks.Length ? blocks[end].Offset : facts.Length;
            (ranges ??= []).Add(new TextRange(blocks[first].Offset, until - blocks[first].Offset, blocks[first].LinesBefore));
            first = end; // which may hold none
        }
        return ranges;
    }

    /// <summary>Null where the ranges are all of the text.</summary>
    static List<TextRange>? UnlessAll(List<TextRange> ranges, FileFacts facts) => ranges[0].Length == facts.Length ? null : ranges;
}
