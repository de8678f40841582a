// The lines around a match, held once and shared by every match that shows them: a thousand matches in a row with a
// thousand lines of context each hold two thousand lines, not two million. What they may hold is bounded in bytes.

namespace TinyGrepServer.Search;

/// <summary>The latest lines; the oldest go first.</summary>
internal sealed class ContextLines
{
    /// <summary>The most bytes of lines held on one side of a match; a single line may be longer.</summary>
    public const long MaxBytes = FoundLine.MaxBytes;

    readonly Queue<byte[]> lines = new();
    long added;

    /// <summary>Bytes of the lines held.</summary>
    public long Bytes { get; private set; }

    public void Add(byte[] line)
    {
        lines.Enqueue(line);
        added++;
        Bytes += line.Length;
        while (Bytes > MaxBytes && lines.Count > 1) RemoveFirst();
    }

    /// <summary>Lets all but the last so many go.</summary>
    public void KeepLast(long max)
    {
        while (lines.Count > max) RemoveFirst();
    }

    /// <summary>The lines held, in order.</summary>
    public IEnumerable<byte[]> All => lines;

    /// <summary>Whether the last so many lines are held, or all there have been: none had to go for want of room.</summary>
    public bool Has(long max) => lines.Count >= Math.Min(max, added);

    /// <summary>The last so many lines, or all there have been; null where some had to go for want of room.</summary>
    public byte[][]? Last(long max) => Has(max) ? [.. lines.Skip((int)(lines.Count - Math.Min(max, added)))] : null;

    public void Clear()
    {
        lines.Clear();
        (added, Bytes) = (0, 0);
    }

    void RemoveFirst() => Bytes -= lines.Dequeue().Length;
}
