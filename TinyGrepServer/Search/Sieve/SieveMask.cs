// The sieve's answer to one question.

namespace TinyGrepServer.Search;

/// <param name="sieve">Who said it.</param>
/// <param name="may">A bit for each place of each group that was there.</param>
/// <param name="stamps">The groups' stamps, read before they were asked.</param>
internal sealed class SieveMask(Sieve sieve, ulong[] may, int[] stamps)
{
    /// <summary>
    /// Whether the block in this slot may hold a match. The facts that name the slot must be read after the mask was made, and not
    /// be withdrawn; then false is certain, whatever is added and removed meanwhile.
    /// </summary>
    /// <param name="slot">-1, and one that is newer than the mask, may.</param>
    public bool MayHold(int slot) => IsSet(may, slot) || sieve.Stamp(slot >> Sieve.GroupShift) != stamps[slot >> Sieve.GroupShift];

    /// <summary>
    /// The same for all slots at once, to be asked by <see cref="IsSet"/>: what it says is true of slots that were read before, as long
    /// as none of them is removed.
    /// </summary>
    public ReadOnlySpan<ulong> Current()
    {
        for (var group = 0; group < may.Length; group++)
        {
            if (sieve.Stamp(group) != stamps[group]) may[group] = ulong.MaxValue;
        }
        return may;
    }

    /// <summary>Whether the bit of a slot is set, or there is none.</summary>
    /// <param name="bits">A bit for each place of each group.</param>
    public static bool IsSet(ReadOnlySpan<ulong> bits, int slot)
    {
        var group = slot >> Sieve.GroupShift;
        return (uint)group >= (uint)bits.Length || (bits[group] >> slot & 1) != 0;
    }

    /// <summary>The slots of a list of files, listed side by side; null: they are to be asked one by one.</summary>
    public SlotList? SlotsOf(IReadOnlyList<DictionaryFile> files) => sieve.SlotsOf(files);

    /// <summary>Whether what a list said since the mask was made is true; to be asked when it has been gone through.</summary>
    public bool Believes(SlotList list) => list.Epoch == sieve.Epoch;
}
