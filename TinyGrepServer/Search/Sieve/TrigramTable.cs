// The set of the trigrams of one block while it is read. A byte for each hash, not a bit: setting one is a plain store, where a bit
// would have to be read first, and a run of equal bytes would wait for itself. At the end the bytes become bits, and the table is
// folded by OR-ing its halves until it has the size that suits what it holds.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TinyGrepServer.Search;

internal sealed class TrigramTable
{
    /// <summary>
    /// Rows a distinct trigram, at least; as sizes are powers of two it is 1.45 times that on average. Rare words of the Linux kernel
    /// leave 90 of its files to be looked at, and the tables take 39 thousandths of its bytes; 2 rows and trigrams without hints left
    /// 167 files, for 38 thousandths.
    /// </summary>
    const double RowsPerTrigram = 1.5;

    /// <summary>The share of rows beyond which a table would let nearly everything pass.</summary>
    const double MaxFull = 0.9;

    const int MinBits = 8;
    const int Word = 64;

    readonly byte[] seen = new byte[1 << Trigrams.HashBits];
    PartBorder border = new();
    int rows = 1 << Trigrams.HashBits;

    /// <summary>Begins a block that will have about so many bytes.</summary>
    public void Start(long length)
    {
        const int Roomy = 2; // a short text may have as many sequences as bytes
        var bits = BitOperations.Log2((uint)Math.Clamp(length, 1, 1 << Trigrams.HashBits)) + Roomy;
        rows = 1 << Math.Clamp(bits, MinBits, Trigrams.HashBits);
        border.Forget();
    }

    /// <summary>Adds the next part of the block; sequences go on across the parts.</summary>
    public void Add(ReadOnlySpan<byte> part)
    {
        AddLast(border.Cross(part));
        AddLast(part[AddWords(part)..]);
    }

    /// <summary>The set as bits, in a power of two of words, and an empty table for the next block; null where it is too full.</summary>
    public ulong[]? Take()
    {
        Span<ulong> bits = stackalloc ulong[(1 << Trigrams.HashBits) / Word];
        bits = bits[..(rows / Word)];
        if (border.Last.Length == Trigrams.Length) seen[Trigrams.Hash(border.Last) & (rows - 1)] = 0x80;
        var set = TakeBits(bits);
        if (set > rows * MaxFull) return null;
        var distinct = -rows * Math.Log(1 - (set / (double)rows)); // as many as make so many of the rows, collisions counted in
        var folded = Math.Min(rows, 1 << Math.Max(MinBits, (int)Math.Ceiling(Math.Log2(Math.Max(1, distinct * RowsPerTrigram)))));
        while (bits.Length > folded / Word)
        {
            var half = bits.Length / 2;
            for (var word = 0; word < half; word++) bits[word] |= bits[word + half];
            bits = bits[..half];
        }
        return bits.ToArray();
    }

    /// <summary>Empties it.</summary>
    public void Clear() => seen.AsSpan(0, rows).Clear();

    /// <summary>Five sequences at a time, from eight bytes; returns how many bytes of the text begin a sequence that was added.</summary>
    [MethodImpl(Compiled.AtOnce)]
    int AddWords(ReadOnlySpan<byte> text)
    {
        const int Step = sizeof(ulong) - Trigrams.Reach + 1;
        ref var table = ref MemoryMarshal.GetArrayDataReference(seen);
        ref var first = ref MemoryMarshal.GetReference(text);
        var mask = (nuint)(rows - 1); // rows never exceeds the table
        var at = 0;
        for (; at <= text.Length - sizeof(ulong); at += Step)
        {
            var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at)); // in bounds by the loop's condition
            Unsafe.Add(ref table, (nuint)Trigrams.Hash(word) & mask) = 0x80;
            Unsafe.Add(ref table, (nuint)Trigrams.Hash(word >> 8) & mask) = 0x80;
            Unsafe.Add(ref table, (nuint)Trigrams.Hash(word >> 16) & mask) = 0x80;
            Unsafe.Add(ref table, (nuint)Trigrams.Hash(word >> 24) & mask) = 0x80;
            Unsafe.Add(ref table, (nuint)Trigrams.Hash(word >> 32) & mask) = 0x80;
        }
        return at;
    }

    void AddLast(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at + Trigrams.Reach <= text.Length; at++)
            seen[Trigrams.Hash(text.Slice(at, Trigrams.Reach)) & (rows - 1)] = 0x80;
    }

    /// <summary>Packs the bytes into bits, empties them, and returns how many were set.</summary>
    [MethodImpl(Compiled.AtOnce)]
    int TakeBits(Span<ulong> bits)
    {
        var set = 0;
        var bytes = MemoryMarshal.Cast<byte, Vector256<byte>>(seen.AsSpan(0, rows));
        for (var word = 0; word < bits.Length; word++)
        {
            ref var low = ref bytes[2 * word];
            ref var high = ref bytes[(2 * word) + 1];
            bits[word] = low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);
            (low, high) = (default, default);
            set += BitOperations.PopCount(bits[word]);
        }
        return set;
    }
}
