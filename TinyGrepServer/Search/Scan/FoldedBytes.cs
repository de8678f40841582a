// Searches bytes for a literal, ignoring the case of ASCII letters, which the framework does for characters only: compares the first and
// the last byte of the literal at 32 positions at once, and verifies where both match.

using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TinyGrepServer.Search;

internal static class FoldedBytes
{
    const byte CaseBit = 0x20;

    /// <summary>Where the literal occurs first, or -1.</summary>
    /// <param name="text">Where it is looked for.</param>
    /// <param name="literal">At least one byte; ASCII letters are lower case.</param>
    public static int IndexOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> literal)
    {
        var places = text.Length - literal.Length + 1;
        var at = 0;
        var (first, last) = (literal[0], literal[^1]);
        var (firstFold, lastFold) = (Vector256.Create(FoldOf(first)), Vector256.Create(FoldOf(last)));
        var (firsts, lasts) = (Vector256.Create(first), Vector256.Create(last));
        ref var bytes = ref MemoryMarshal.GetReference(text);
        for (; at + Vector256<byte>.Count <= places; at += Vector256<byte>.Count)
        {
            var fits = Vector256.Equals(Vector256.LoadUnsafe(ref bytes, (nuint)at) | firstFold, firsts)
                & Vector256.Equals(Vector256.LoadUnsafe(ref bytes, (nuint)(at + literal.Length - 1)) | lastFold, lasts);
            for (var mask = fits.ExtractMostSignificantBits(); mask != 0; mask &= mask - 1)
            {
                var place = at + BitOperations.TrailingZeroCount(mask);
                if (FitsAt(text, place, literal)) return place;
            }
        }
        for (; at < places; at++)
        {
            if (FitsAt(text, at, literal)) return at;
        }
        return -1;
    }

    static bool FitsAt(ReadOnlySpan<byte> text, int place, ReadOnlySpan<byte> literal)
    {
        for (var at = 0; at < literal.Length; at++)
        {
            if ((text[place + at] | FoldOf(literal[at])) != literal[at]) return false;
        }
        return true;
    }

    /// <summary>The bit in which the upper case of a lower-case letter differs; 0 for every other byte.</summary>
    static byte FoldOf(byte literal) => char.IsAsciiLetterLower((char)literal) ? CaseBit : (byte)0;
}
