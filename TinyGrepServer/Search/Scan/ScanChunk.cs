// A part of a file, cut at line borders, and the lines in it that hold the term. A chunk is responsible for the lines that
// begin in its span of the file: it leaves out a first line that began earlier and reads on until its last line is whole.
// Newlines are only counted and looked for around matches, all with vector instructions.

using System.Buffers;
using Microsoft.Win32.SafeHandles;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class ScanChunk : IDisposable
{
    const int MaxLine = 16 << 20;
    const int Slack = 4 << 10;

    byte[] buffer;

    ScanChunk(int size) => buffer = ArrayPool<byte>.Shared.Rent(size);

    /// <summary>A line that holds the term.</summary>
    /// <param name="Start">Its first byte in <see cref="Bytes"/>.</param>
    /// <param name="End">The byte behind its last one: its newline, or the end of the file.</param>
    /// <param name="LinesBefore">Lines of this chunk before it.</param>
    public readonly record struct Match(int Start, int End, int LinesBefore);

    /// <summary>Whole lines; the last one may lack its newline at the end of the file.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, Length);

    public int Length { get; private set; }

    /// <summary>Newlines in <see cref="Bytes"/>.</summary>
    public int Lines { get; private set; }

    public List<Match> Matches { get; } = [];

    /// <summary>Reads and scans the lines that begin in [<paramref name="offset"/>, <paramref name="offset"/> + <paramref name="span"/>).</summary>
    public static ScanChunk Scan(SafeFileHandle file, long offset, int span, byte[] term)
    {
        var chunk = new ScanChunk(span + Slack);
        try
        {
            chunk.Read(file, offset, span);
            chunk.Find(term);
            return chunk;
        }
        catch
        {
            chunk.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    void Read(SafeFileHandle file, long offset, int span)
    {
        var from = Math.Max(0, offset - 1); // the byte before tells whether a line begins here
        var wanted = (int)(offset + span - from);
        var length = Fill(file, from, 0, wanted);
        var start = 0;
        if (offset > 0)
        {
            start = buffer.AsSpan(0, length).IndexOf((byte)'\n') + 1;
            if (start == 0 || start == length) return; // no line begins here, or only where the next chunk does
        }
        if (length == wanted && buffer[length - 1] != '\n') length = ReadLineEnd(file, from, length);
        Length = length - start;
        if (start > 0) buffer.AsSpan(start, Length).CopyTo(buffer);
    }

    /// <summary>Reads on until the last line is whole.</summary>
    int ReadLineEnd(SafeFileHandle file, long from, int length)
    {
        while (true)
        {
            if (length == buffer.Length) Grow();
            var more = RandomAccess.Read(file, buffer.AsSpan(length), from + length);
            if (more == 0) return length;
            var newline = buffer.AsSpan(length, more).IndexOf((byte)'\n');
            if (newline >= 0) return length + newline + 1;
            length += more;
        }
    }

    int Fill(SafeFileHandle file, long from, int length, int wanted)
    {
        while (length < wanted)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(length, wanted - length), from + length);
            if (read == 0) break;
            length += read;
        }
        return length;
    }

    void Grow()
    {
        if (buffer.Length >= MaxLine) throw new ApiError(403, $"A dictionary has a line longer than {MaxLine >> 20} MiB.");
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    void Find(byte[] term)
    {
        var (at, lines) = (0, 0);
        while (at < Length)
        {
            var hit = Bytes[at..].IndexOf(term);
            if (hit < 0) break;
            var start = at + Bytes[at..(at + hit)].LastIndexOf((byte)'\n') + 1;
            var newline = Bytes[(at + hit)..].IndexOf((byte)'\n');
            var end = newline < 0 ? Length : at + hit + newline;
            lines += Bytes[at..start].Count((byte)'\n');
            Matches.Add(new Match(start, end, lines));
            if (newline >= 0) lines++;
            at = end + 1;
        }
        Lines = at < Length ? lines + Bytes[at..].Count((byte)'\n') : lines;
    }
}
