// A text whose lines end in a newline only, whatever they end in on disk.

namespace TinyGrepServer.Search;

internal sealed class WithoutReturns(TextSource source) : TextSource
{
    bool held; // a carriage return that waits for the byte behind it

    public override string? Problem => source.Problem;

    public override void Dispose() => source.Dispose();

    protected override int ReadNext(Span<byte> buffer)
    {
        while (true)
        {
            if (held) buffer[0] = (byte)'\r';
            var before = held ? 1 : 0;
            var read = source.Read(buffer[before..]);
            if (read == 0) return 0; // one at the end of the text is part of no line either
            var length = before + read;
            held = buffer[length - 1] == '\r';
            if (held) length--;
            length = LineText.WithoutReturns(buffer[..length]);
            if (length > 0) return length;
        }
    }
}
