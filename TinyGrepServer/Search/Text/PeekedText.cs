// The bytes that come out of a gzip file, looked at before they are read: the same marks as those of a file's own bytes say how they
// become text.

namespace TinyGrepServer.Search;

internal sealed class PeekedText : TextSource
{
    readonly TextSource source;
    readonly PooledBuffer head = new(TextForms.SniffedBytes);
    int taken;

    public PeekedText(TextSource source)
    {
        this.source = source;
        FillHead();
        if (head.Length == 0 || head.Written.Span[0] != 0) Form = TextForms.Sniff(head.Written.Span);
        else Form = PassHole() && TextForms.Sniff(head.Written.Span) == TextForm.Plain ? TextForm.BehindHole : TextForm.Binary;
    }

    /// <summary>How the bytes become text. Of text behind a hole of NULs the hole has been passed already.</summary>
    public TextForm Form { get; }

    public override string? Problem => source.Problem;

    public override void Dispose()
    {
        source.Dispose();
        head.Dispose();
    }

    protected override int ReadNext(Span<byte> buffer)
    {
        var held = head.Written.Span[taken..];
        if (held.Length == 0) return source.Read(buffer);
        if (held.Length > buffer.Length) held = held[..buffer.Length];
        held.CopyTo(buffer);
        taken += held.Length;
        return held.Length;
    }

    /// <returns>False where nothing else comes, or not soon.</returns>
    bool PassHole()
    {
        for (var passed = 0; head.Length > 0 && passed < NulRun.MaxRead; FillHead())
        {
            var other = head.Written.Span.IndexOfAnyExcept((byte)0);
            var nuls = other < 0 ? head.Length : other;
            head.RemoveFirst(nuls);
            passed += nuls;
            if (other < 0) continue;
            FillHead();
            return true;
        }
        return false;
    }

    void FillHead()
    {
        var room = TextForms.SniffedBytes - head.Length;
        head.Advance(source.Fill(head.GetSpan(room)[..room]));
    }
}
