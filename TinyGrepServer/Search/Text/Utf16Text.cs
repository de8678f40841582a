// UTF-16 as UTF-8. It is decoded before it is split into lines: U+0A0A holds the byte of a newline twice. Invalid input (half a surrogate
// pair, a byte left over at the end) becomes U+FFFD.

using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace TinyGrepServer.Search;

/// <param name="source">What follows the byte order mark.</param>
internal sealed class Utf16Text(TextSource source, bool bigEndian) : TextSource
{
    const int PieceBytes = 64 << 10;

    readonly bool swaps = bigEndian == BitConverter.IsLittleEndian;
    byte[] units = ArrayPool<byte>.Shared.Rent(PieceBytes);
    int start; // always even
    int end;
    bool isAtEnd;

    public override string? Problem => source.Problem;

    public override void Dispose()
    {
        source.Dispose();
        if (units.Length > 0) ArrayPool<byte>.Shared.Return(units);
        units = [];
    }

    protected override int ReadNext(Span<byte> buffer)
    {
        while (true)
        {
            var whole = MemoryMarshal.Cast<byte, char>(units.AsSpan(start, end - start)); // an odd byte is left over
            Utf8.FromUtf16(whole, buffer, out var taken, out var written, replaceInvalidSequences: true, isFinalBlock: isAtEnd);
            start += taken * sizeof(char);
            if (written > 0) return written;
            if (isAtEnd) return TakeLastByte(buffer);
            ReadMore();
        }
    }

    int TakeLastByte(Span<byte> buffer)
    {
        if (start == end) return 0;
        start = end;
        "\uFFFD"u8.CopyTo(buffer);
        return 3;
    }

    void ReadMore()
    {
        units.AsSpan(start, end - start).CopyTo(units); // half a pair, half a unit
        (start, end) = (0, end - start);
        var decoded = end & ~1;
        var read = source.Read(units.AsSpan(end, PieceBytes - end));
        isAtEnd = read == 0;
        end += read;
        if (!swaps) return;
        var fresh = MemoryMarshal.Cast<byte, ushort>(units.AsSpan(decoded, end - decoded));
        BinaryPrimitives.ReverseEndianness(fresh, fresh);
    }
}
