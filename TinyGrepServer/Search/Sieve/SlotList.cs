// The slots of the files of a list, side by side: to ask 78,579 file objects for their facts takes 4 ms, to run through this 0.3. It
// says what the facts would say, or nothing.

namespace TinyGrepServer.Search;

internal sealed class SlotList
{
    readonly int[] begins; // of a file's slots; it has none where it is to be looked at each time
    readonly int[] slots;
    bool isSuperseded;

    public SlotList(IReadOnlyList<DictionaryFile> files)
    {
        Files = files;
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

    /// <summary>The list as it was given.</summary>
    public IReadOnlyList<DictionaryFile> Files { get; }

    /// <summary>Set before any of the slots is given to others. What was read here before that is true.</summary>
    public bool IsSuperseded
    {
        get => Volatile.Read(ref isSuperseded);
        set => Volatile.Write(ref isSuperseded, value);
    }

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
