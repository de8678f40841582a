// Turns a square of 64 by 64 bits on its diagonal: what were the bits of a word become the same bit of 64 words.

using System.Runtime.CompilerServices;

namespace TinyGrepServer.Search;

/// <summary>64 words of 64 bits.</summary>
[InlineArray(Size)]
internal struct BitMatrix
{
    public const int Size = 64;

    ulong first;

    /// <summary>Exchanges rows and columns: quarters first, then the quarters of these, down to bits (Hacker's Delight, 7-3).</summary>
    [MethodImpl(Compiled.AtOnce)]
    public void Transpose()
    {
        var mask = 0x0000_0000_ffff_fffful;
        for (var width = Size / 2; width > 0; width /= 2, mask ^= mask << width)
        {
            for (var row = 0; row < Size; row = (row + width + 1) & ~width)
            {
                var changed = ((this[row] >> width) ^ this[row + width]) & mask;
                this[row + width] ^= changed;
                this[row] ^= changed << width;
            }
        }
    }
}
