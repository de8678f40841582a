// A part of a file, cut at line borders, and the lines in it that hold the term. A chunk is responsible for the lines that
// begin in its span of the file: it leaves out a first line that began earlier and reads on until its last line is whole.
// Newlines are only counted and looked for around matches, all with vector instructions.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal sealed class ScanChunk : IDisposable
{
    const int Slack = 4 << 10;

    readonly PooledBuffer buffer;

    ScanChunk(int size) => buffer = new PooledBuffer(size);

    /// <summary>A line that holds the term.</summary>
    /// <param name="Start">Its first byte in <see cref="Bytes"/>.</param>
    /// <param name="End">The byte behind its last one: its newline, or the end of the file.</param>
    /// <param name="LinesBefore">Lines of this chunk before it.</param>
    public readonly record struct Match(int Start, int End, int LinesBefore);

    /// <summary>Whole lines; the last one may lack its newline at the end of the file.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.Written.Span;

    /// <summary>Newlines in <see cref="Bytes"/>, and in a last line that was left out.</summary>
    public int Lines { get; private set; }

    /// <summary>Whether one more line begins here, behind the others, that is longer than <see cref="FoundLine.MaxBytes"/>.</summary>
    public bool LeftOut { get; private set; }

    /// <summary>Whether that line holds the term.</summary>
    public bool LeftOutMatches { get; private set; }

    public List<Match> Matches { get; } = [];

    /// <summary>Reads and scans the lines that begin in the <paramref name="span"/> bytes from <paramref name="offset"/> on.</summary>
    public static ScanChunk Scan(SafeFileHandle file, long offset, int span, byte[] term)
    {
        var chunk = new ScanChunk(span + Slack);
        try
        {
            chunk.Read(file, offset, span, term);
            chunk.Find(term);
            return chunk;
        }
        catch
        {
            chunk.Dispose();
            throw;
        }
    }

    public void Dispose() => buffer.Dispose();

    void Read(SafeFileHandle file, long offset, int span, byte[] term)
    {
        var from = Math.Max(0, offset - 1); // the byte before tells whether a line begins here
        var wanted = (int)(offset + span - from);
        while (buffer.Length < wanted)
        {
            if (ReadMore(file, from, wanted - buffer.Length) == 0) break;
        }
        var start = 0;
        if (offset > 0)
        {
            start = Bytes.IndexOf((byte)'\n') + 1;
            if (start == 0 || start == buffer.Length)
            {
                buffer.Clear(); // no line begins here, or only where the next chunk does
                return;
            }
        }
        if (buffer.Length == wanted && Bytes[^1] != '\n') ReadLineEnd(file, from, term);
        buffer.RemoveFirst(start);
    }

    /// <summary>Reads on until the last line is whole, or so long that it is left out.</summary>
    void ReadLineEnd(SafeFileHandle file, long from, byte[] term)
    {
        var start = Bytes.LastIndexOf((byte)'\n') + 1;
        while (true)
        {
            var more = ReadMore(file, from, int.MaxValue);
            var newline = Bytes[^more..].IndexOf((byte)'\n');
            if (newline >= 0) buffer.RemoveLast(more - newline - 1);
            var isWhole = newline >= 0 || more == 0;
            if (buffer.Length - start > FoundLine.MaxBytes + (newline >= 0 ? 1 : 0))
            {
                LeaveOut(file, from, start, term, isWhole);
                return;
            }
            if (isWhole) return;
        }
    }

    /// <summary>Drops the last line, but looks through it, to its end, for the term.</summary>
    void LeaveOut(SafeFileHandle file, long from, int start, byte[] term, bool isWhole)
    {
        LeftOut = true;
        LeftOutMatches = Bytes[start..].IndexOf(term) >= 0;
        var at = from + buffer.Length;
        var overlap = Math.Max(0, term.Length - 1);
        using var rest = new PooledBuffer(64 << 10);
        rest.Append(Bytes[^overlap..]);
        buffer.RemoveLast(buffer.Length - start);
        while (!isWhole)
        {
            var room = rest.GetSpan(Slack);
            var more = RandomAccess.Read(file, room, at);
            var newline = room[..more].IndexOf((byte)'\n');
            isWhole = newline >= 0 || more == 0;
            rest.Advance(newline >= 0 ? newline : more);
            at += more;
            LeftOutMatches |= rest.Written.Span.IndexOf(term) >= 0;
            rest.RemoveFirst(Math.Max(0, rest.Length - overlap));
        }
    }

    int ReadMore(SafeFileHandle file, long from, int max)
    {
        var room = buffer.GetSpan();
        var read = RandomAccess.Read(file, room[..Math.Min(room.Length, max)], from + buffer.Length);
        buffer.Advance(read);
        return read;
    }

    void Find(byte[] term)
    {
        var (at, lines) = (0, 0);
        var length = Bytes.Length;
        while (at < length)
        {
            var hit = Bytes[at..].IndexOf(term);
            if (hit < 0) break;
            var start = at + Bytes[at..(at + hit)].LastIndexOf((byte)'\n') + 1;
            var newline = Bytes[(at + hit)..].IndexOf((byte)'\n');
            var end = newline < 0 ? length : at + hit + newline;
            lines += Bytes[at..start].Count((byte)'\n');
            Matches.Add(new Match(start, end, lines));
            if (newline >= 0) lines++;
            at = end + 1;
        }
        Lines = (at < length ? lines + Bytes[at..].Count((byte)'\n') : lines) + (LeftOut ? 1 : 0);
    }
}
