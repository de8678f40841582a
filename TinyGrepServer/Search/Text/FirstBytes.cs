// The first bytes of a text: a requested part, or the most that is ever read of one.

namespace TinyGrepServer.Search;

/// <param name="max">How many bytes.</param>
/// <param name="problem">What is said where there are more; null: nothing, and nobody looks.</param>
internal sealed class FirstBytes(TextSource source, long max, string? problem = null) : TextSource
{
    long left = max;
    bool isCut;

    public override string? Problem => isCut ? problem : source.Problem;

    public override void Dispose() => source.Dispose();

    protected override int ReadNext(Span<byte> buffer)
    {
        if (left == 0)
        {
            isCut = isCut || (problem is not null && source.Read(buffer) > 0);
            return 0;
        }
        var read = source.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
        left -= read;
        return read;
    }

    protected override void SkipNext(long count)
    {
        var within = Math.Min(count, left);
        source.Skip(within);
        left -= within;
    }
}
