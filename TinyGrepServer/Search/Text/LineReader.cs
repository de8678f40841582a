// Walks through a text line by line with one buffer, for windows of it: lines before the window cost no more than the search for
// their newlines, and of a line no more is kept than is asked for.

using System.Text;

namespace TinyGrepServer.Search;

/// <param name="text">Stays the caller's.</param>
internal sealed class LineReader(TextSource text) : IDisposable
{
    readonly PooledBuffer buffer = new(64 << 10);
    readonly PooledBuffer line = new();
    int position;

    /// <summary>No line follows.</summary>
    public bool IsAtEnd => position == buffer.Length && !Fill();

    /// <summary>The bytes kept of the last line.</summary>
    public int Taken => line.Length;

    /// <returns>False where the text ends before a newline.</returns>
    public bool SkipLine() => PassLine(0, out _);

    /// <summary>The next line, or as much of it as may be kept.</summary>
    /// <param name="maxBytes">Of it, about.</param>
    /// <param name="isCut">Whether it goes on.</param>
    /// <param name="column">The first UTF-16 unit that is wanted; what is before it has to be held to be counted.</param>
    public string TakeLine(int maxBytes, out bool isCut, int column = 0)
    {
        PassLine((int)Math.Min(FoundLine.MaxBytes, (3L * column) + maxBytes), out isCut); // a unit has three bytes at most
        var taken = Encoding.UTF8.GetString(line.Written.Span);
        if (isCut) taken = taken.TrimEnd('\ufffd'); // the cut may have halved a character
        if (column == 0) return taken;
        var end = (int)Math.Min(taken.Length, (long)column + maxBytes);
        if (end < taken.Length && char.IsLowSurrogate(taken[end])) end++;
        isCut |= end < taken.Length;
        return column < taken.Length ? taken[column..end] : "";
    }

    public void Dispose()
    {
        buffer.Dispose();
        line.Dispose();
    }

    bool PassLine(int keep, out bool isCut)
    {
        line.Clear();
        isCut = false;
        while (!IsAtEnd)
        {
            var rest = buffer.Written.Span[position..];
            var newline = rest.IndexOf((byte)'\n');
            var piece = newline < 0 ? rest : rest[..newline];
            var kept = Math.Min(piece.Length, keep - line.Length);
            line.Append(piece[..kept]);
            isCut |= kept < piece.Length;
            position += piece.Length + (newline < 0 ? 0 : 1);
            if (newline >= 0) return true;
        }
        return false;
    }

    bool Fill()
    {
        position = 0;
        buffer.Clear();
        buffer.Advance(text.Read(buffer.GetSpan()));
        return buffer.Length > 0;
    }
}
