// What the sieve said to one question.

using System.Numerics;

namespace TinyGrepServer.Search;

/// <param name="sieve">Who said it.</param>
/// <param name="may">A bit for each place of each group that was there.</param>
/// <param name="stamps">The groups' stamps, read before they were asked.</param>
internal sealed class SieveMask(Sieve sieve, ulong[] may, int[] stamps)
{
    /// <summary>About how many blocks may hold a match.</summary>
    public int Count => may.Sum(BitOperations.PopCount);

    /// <summary>
    /// Whether the block in this slot may hold a match. The facts that name the slot must be read after the mask was made, and not
    /// be withdrawn; then false is certain, whatever is added and removed meanwhile.
    /// </summary>
    /// <param name="slot">-1, and one that is newer than the mask, may.</param>
    public bool MayHold(int slot)
    {
        var group = slot >> Sieve.GroupShift;
        return (uint)group >= (uint)may.Length
            || (may[group] >> slot & 1) != 0
            || sieve.Stamp(group) != stamps[group];
    }

    /// <summary>The slots of this very list of files; null where the sieve knows them of another one.</summary>
    public SlotList? SlotsOf(IReadOnlyList<DictionaryFile> files) =>
        sieve.Slots is { } slots && ReferenceEquals(slots.Files, files) ? slots : null;
}
