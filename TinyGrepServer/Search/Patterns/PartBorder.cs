// When a text comes in parts, a sequence of up to four bytes may span the border between two of them.

namespace TinyGrepServer.Search;

internal struct PartBorder()
{
    const int Side = 3;

    readonly byte[] last = new byte[Side];
    readonly byte[] around = new byte[2 * Side];
    int kept;

    /// <summary>The last bytes of what has passed, at most three.</summary>
    public readonly ReadOnlySpan<byte> Last => last.AsSpan(0, kept);

    /// <summary>The next part begins a text of its own.</summary>
    public void Forget() => kept = 0;

    /// <summary>Passes to the next part: at most three bytes before it and three of it, valid until the next call.</summary>
    public ReadOnlySpan<byte> Cross(ReadOnlySpan<byte> part)
    {
        var taken = Math.Min(Side, part.Length);
        Last.CopyTo(around);
        part[..taken].CopyTo(around.AsSpan(kept));
        var crossed = around.AsSpan(0, kept + taken);
        var end = part.Length >= Side ? part : crossed;
        kept = Math.Min(Side, end.Length);
        end[^kept..].CopyTo(last);
        return crossed;
    }
}
