// A growing byte buffer from the shared pool: answers are built in it and sent without a copy, grep's output and parts of files are read
// into it.

using System.Buffers;

namespace TinyGrepServer.Search;

/// <param name="capacity">Bytes it has room for at first.</param>
internal sealed class PooledBuffer(int capacity = 4 << 10) : IBufferWriter<byte>, IDisposable
{
    byte[] bytes = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Advance(int count) => Length += count;

    /// <summary>Drops the first bytes and moves the others forward.</summary>
    public void RemoveFirst(int count)
    {
        bytes.AsSpan(count, Length - count).CopyTo(bytes);
        Length -= count;
    }

    /// <summary>Drops the last bytes.</summary>
    public void RemoveLast(int count) => Length -= count;

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

    /// <summary>Gives the memory back, once: a second call finds nothing to give.</summary>
    public void Dispose()
    {
        if (bytes.Length == 0) return;
        ArrayPool<byte>.Shared.Return(bytes);
        (bytes, Length) = ([], 0);
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
