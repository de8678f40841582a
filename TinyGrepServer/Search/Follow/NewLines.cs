// Lines written since the last look, of several files, one after the other: the input of one grep. It knows the position of each line in
// its file, and how far that file has been read after it.

namespace TinyGrepServer.Search;

/// <param name="decodes">Whether a carriage return belongs to the line's end.</param>
internal sealed class NewLines(bool decodes) : ILineOrigin, IDisposable
{
    readonly PooledBuffer text = new();
    readonly List<Piece> pieces = [];
    readonly List<long> ends = []; // of each line in its file, its newline included
    readonly List<int> starts = [0]; // of each line in the text, and the end

    /// <summary>Lines of one file that follow each other.</summary>
    /// <param name="File">The file.</param>
    /// <param name="First">The index of its first line.</param>
    public readonly record struct Piece(FollowedFile File, int First);

    public int Count => ends.Count;

    /// <summary>Bytes of text.</summary>
    public int Length => text.Length;

    public IReadOnlyList<Piece> Pieces => pieces;

    /// <summary>The text of some lines.</summary>
    public ReadOnlyMemory<byte> Text(int first, int count) => text.Written[starts[first]..starts[first + count]];

    /// <summary>Where a line ends in its file.</summary>
    public long EndOf(int line) => ends[line];

    /// <summary>The piece of a line.</summary>
    public int PieceOf(int line)
    {
        var (low, high) = (0, pieces.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (pieces[middle].First <= line) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    /// <summary>Adds whole lines of a file.</summary>
    /// <param name="from">Where they begin in it.</param>
    public void Add(FollowedFile file, long from, ReadOnlySpan<byte> lines)
    {
        pieces.Add(new Piece(file, Count));
        while (lines.IndexOf((byte)'\n') is var newline and >= 0)
        {
            var line = lines[..newline];
            if (decodes && line.EndsWith((byte)'\r')) line = line[..^1];
            text.Append(line);
            text.Append((byte)'\n');
            from += newline + 1;
            ends.Add(from);
            starts.Add(text.Length);
            lines = lines[(newline + 1)..];
        }
    }

    /// <summary>The first of the lines that are judged: grep counts from there.</summary>
    public int Judged { get; set; }

    void ILineOrigin.Enter(ReadOnlySpan<byte> name) => throw new InvalidDataException("grep names a file, and has none.");

    /// <returns>The line's piece, and its index among all.</returns>
    (int Dictionary, long Number) ILineOrigin.Find(long number)
    {
        var line = Judged + (int)number - 1;
        return (PieceOf(line), line);
    }

    public void Dispose() => text.Dispose();
}
