// The three-byte sequences of a text, hashed, each with a hint of the byte behind it: two of that byte's bits. It splits what is common
// (a "reg" before an "i" or before a "_") at the price of a third more sequences. Bit 0x20 of every byte is set first: that folds the
// case of ASCII letters, as a search without case needs it, and a few pairs of signs, which costs nothing that could be measured.

using System.Runtime.CompilerServices;

namespace TinyGrepServer.Search;

internal static class Trigrams
{
    public const int Length = 3;

    /// <summary>The bytes of a sequence with the one that is only hinted at.</summary>
    public const int Reach = Length + 1;

    /// <summary>The bits of a hash; a table with fewer rows uses the lowest of them.</summary>
    public const int HashBits = 15;

    const ulong CaseBits = 0x202020;
    const ulong Bytes = 0x06_ffffff; // tried: of two bits of a letter these tell most, a third makes short literals worthless
    const ulong Multiplier = 0x9E37_79B9_7F4A_7C15; // 2^64 / the golden ratio, as in Fibonacci hashing

    /// <summary>The hints there are, as the fourth byte.</summary>
    static readonly ulong[] Hints = [0x00_000000, 0x02_000000, 0x04_000000, 0x06_000000];

    /// <summary>The hash of the four lowest bytes, the first byte lowest; the others are not looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(ulong bytes) => (((bytes & Bytes) | CaseBits) * Multiplier) >> (64 - HashBits);

    /// <summary>The same for a sequence of a text with the byte behind it, or of its last three bytes.</summary>
    public static int Hash(ReadOnlySpan<byte> sequence) => (int)Hash(Packed(sequence));

    /// <summary>
    /// What a text with this literal has: all hashes of at least one of these lists. A literal that is no longer than a sequence says
    /// nothing of the byte behind it, and has a list for each hint; a shorter one has an empty list, which every text has.
    /// </summary>
    public static uint[][] Of(ReadOnlySpan<byte> literal)
    {
        if (literal.Length < Length) return [[]];
        if (literal.Length == Length)
        {
            var alone = Packed(literal);
            return [.. Hints.Select(hint => new[] { (uint)Hash(alone | hint) })];
        }
        HashSet<uint> hashes = [];
        for (var at = 0; at + Reach <= literal.Length; at++) hashes.Add((uint)Hash(literal.Slice(at, Reach)));
        return [[.. hashes]];
    }

    /// <summary>The first byte lowest.</summary>
    static ulong Packed(ReadOnlySpan<byte> sequence)
    {
        var bytes = 0ul;
        for (var at = sequence.Length - 1; at >= 0; at--) bytes = (bytes << 8) | sequence[at];
        return bytes;
    }
}
