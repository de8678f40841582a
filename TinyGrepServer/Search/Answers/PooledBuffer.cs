// A growing byte buffer from the shared pool: answers are built in it and leave it without a copy.

using System.Buffers;

namespace TinyGrepServer.Search;

internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    byte[] bytes = ArrayPool<byte>.Shared.Rent(4 << 10);

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return bytes.AsSpan(Length);
    }

    public void Append(ReadOnlySpan<byte> more)
    {
        EnsureRoom(more.Length);
        more.CopyTo(bytes.AsSpan(Length));
        Length += more.Length;
    }

    public void Append(byte one)
    {
        EnsureRoom(1);
        bytes[Length++] = one;
    }

    /// <summary>Writes a number in decimal digits.</summary>
    public void Append(long number)
    {
        EnsureRoom(20);
        number.TryFormat(bytes.AsSpan(Length), out var digits, provider: System.Globalization.CultureInfo.InvariantCulture);
        Length += digits;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
    }

    void EnsureRoom(int more)
    {
        more = Math.Max(more, 1);
        if (bytes.Length - Length >= more) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length * 2, Length + more));
        bytes.AsSpan(0, Length).CopyTo(larger);
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
