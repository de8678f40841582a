// The slots of the files of a list, side by side: to ask 78,579 file objects for their facts takes 4 ms, to run through this 0.3. It
// says what the facts would say, or nothing.

namespace TinyGrepServer.Search;

internal sealed class SlotList
{
    readonly int[] begins; // of a file's slots; it has none where it is to be looked at each time
    readonly int[] slots;

    /// <param name="epoch">The sieve's, read before.</param>
    public SlotList(IReadOnlyList<DictionaryFile> files, int epoch)
    {
        Epoch = epoch;
        begins = new int[files.Count + 1];
        var all = new List<int>(files.Count);
        for (var index = 0; index < files.Count; index++)
        {
            if (files[index].Facts is { FoldsToAscii: false, IsWithdrawn: false } facts)
            {
                foreach (var block in facts.Blocks) all.Add(block.Slot);
            }
            begins[index + 1] = all.Count;
        }
        slots = [.. all];
    }

    /// <summary>A list that is good in no epoch.</summary>
    public static SlotList None { get; } = new([], -1);

    /// <summary>As long as the sieve's is the same, none of the slots has been given to others.</summary>
    public int Epoch { get; }

    /// <summary>What is known of a file without a look at it.</summary>
    public FileVerdict Ask(int index, SieveMask mask)
    {
        var (slot, end) = (begins[index], begins[index + 1]);
        if (end - slot == 1) return mask.MayHold(slots[slot]) ? FileVerdict.All : FileVerdict.None;
        if (slot == end) return FileVerdict.Unknown;
        for (; slot < end; slot++)
        {
            if (mask.MayHold(slots[slot])) return FileVerdict.Unknown;
        }
        return FileVerdict.None;
    }
}

/// <summary>Which parts of a file may hold a match.</summary>
internal enum FileVerdict
{
    /// <summary>Its facts must be asked.</summary>
    Unknown,

    /// <summary>No part.</summary>
    None,

    /// <summary>All of it.</summary>
    All,
}
