// The three-byte sequences of a text, hashed. Bit 0x20 of every byte is set first: that folds the case of ASCII letters, as a search
// without case needs it, and a few pairs of signs, which costs nothing that could be measured.

namespace TinyGrepServer.Search;

internal static class Trigrams
{
    public const int Length = 3;

    /// <summary>The bits of a hash; a table with fewer rows uses the lowest of them.</summary>
    public const int HashBits = 15;

    const ulong CaseBits = 0x202020;
    const ulong Bytes = 0xffffff;
    const ulong Multiplier = 0x9E37_79B9_7F4A_7C15; // 2^64 / the golden ratio, as in Fibonacci hashing

    /// <summary>The hash of the three lowest bytes, the first byte lowest; the others are not looked at.</summary>
    public static ulong Hash(ulong bytes) => (((bytes & Bytes) | CaseBits) * Multiplier) >> (64 - HashBits);

    /// <summary>The hashes of all sequences of a literal, each once.</summary>
    public static uint[] Of(ReadOnlySpan<byte> literal)
    {
        HashSet<uint> hashes = [];
        for (var at = 0; at + Length <= literal.Length; at++)
            hashes.Add((uint)Hash(literal[at] | ((ulong)literal[at + 1] << 8) | ((ulong)literal[at + 2] << 16)));
        return [.. hashes];
    }
}
