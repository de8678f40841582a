// How far an answer has read a file: the number of bytes, and a hash of the last 64 of them. A file that only grows keeps both; one that
// was rewritten in place or shortened does not. It uses the file's raw bytes, whatever they decode to, so checking it costs one short
// read.

using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <param name="Length">The bytes up to the end of a line; -1: the file could not be read.</param>
/// <param name="End">The hash of the last 64 of them, or of all where there are fewer.</param>
internal readonly record struct Passed(long Length, long End)
{
    const int Remembered = 64;
    const int Block = 256 << 10;

    /// <summary>The beginning of any file.</summary>
    public static Passed Nothing { get; } = new(0, EndOf([]));

    /// <summary>All up to the end of a line; where a file has fewer newlines, as a decoded one may, all of it.</summary>
    /// <param name="line">From 1.</param>
    public static Passed Of(DictionaryFile file, long line)
    {
        try
        {
            using var handle = file.Open();
            var length = EndOf(line, Nearest(file, handle, line), handle);
            return new Passed(length, HashBefore(length, handle) ?? 0);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return new Passed(-1, 0);
        }
    }

    /// <summary>All up to an offset.</summary>
    /// <returns>Null where the file is shorter.</returns>
    public static Passed? Of(SafeFileHandle file, long offset) => HashBefore(offset, file) is { } end ? new Passed(offset, end) : null;

    /// <summary>Whether the file still begins so, as far as can be told by length and hash.</summary>
    public bool IsStillIn(SafeFileHandle file) => HashBefore(Length, file) == End;

    /// <inheritdoc cref="IsStillIn(SafeFileHandle)"/>
    public bool IsStillIn(DictionaryFile file)
    {
        if (Length < 0) return false;
        try
        {
            using var handle = file.Open();
            return IsStillIn(handle);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Where counting may begin: the block that has the line, where blocks are known and are of the file's own bytes.</summary>
    static TextBlock Nearest(DictionaryFile file, SafeFileHandle handle, long line) =>
        file.Facts is { Form: TextForm.Plain } facts && FileVersion.Of(handle) == file.Version
            ? Array.FindLast(facts.Blocks, block => block.LinesBefore < line)
            : default;

    static long EndOf(long line, TextBlock nearest, SafeFileHandle handle)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            var (offset, left) = (nearest.Offset, line - nearest.LinesBefore);
            while (RandomAccess.Read(handle, buffer.AsSpan(0, Block), offset) is var read and > 0)
            {
                ReadOnlySpan<byte> block = buffer.AsSpan(0, read);
                var newlines = block.Count((byte)'\n');
                if (newlines >= left) return offset + EndOf((int)left, block);
                left -= newlines;
                offset += read;
            }
            return offset;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static int EndOf(int line, ReadOnlySpan<byte> block)
    {
        var end = 0;
        for (; line > 0; line--) end += block[end..].IndexOf((byte)'\n') + 1;
        return end;
    }

    /// <summary>The hash of the bytes before an offset; null where the file is shorter.</summary>
    static long? HashBefore(long offset, SafeFileHandle handle)
    {
        Span<byte> bytes = stackalloc byte[(int)Math.Min(Remembered, offset)];
        for (var filled = 0; filled < bytes.Length;)
        {
            var read = RandomAccess.Read(handle, bytes[filled..], offset - bytes.Length + filled);
            if (read == 0) return null;
            filled += read;
        }
        return EndOf(bytes);
    }

    static long EndOf(ReadOnlySpan<byte> last) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(last));
}
