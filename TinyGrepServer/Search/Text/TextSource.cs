// The text of a file as a stream of UTF-8 bytes. Sources are layered like streams are (a file's bytes, unzipped, decoded, without
// carriage returns), but they are pulled, synchronous, and have a word for "this is not all of it" beside the end.

namespace TinyGrepServer.Search;

/// <summary>A text that is read once, from its beginning to its end, by one thread.</summary>
internal abstract class TextSource : IDisposable
{
    /// <summary>No source is asked for fewer bytes at once, so that none has to care for a character that does not fit.</summary>
    const int MinBuffer = 16;

    byte[] stash = [];
    int stashed; // the first byte of the stash that nobody has got

    /// <summary>Reads the next bytes, as many as are at hand; never throws for what is in the file or becomes of it.</summary>
    /// <returns>How many bytes; 0: the end, and then <see cref="Problem"/> tells whether it is the end of the text.</returns>
    public int Read(Span<byte> buffer)
    {
        if (stashed == stash.Length)
        {
            if (buffer.Length >= MinBuffer) return ReadNext(buffer);
            Span<byte> next = stackalloc byte[MinBuffer];
            (stash, stashed) = (next[..ReadNext(next)].ToArray(), 0);
        }
        var length = Math.Min(buffer.Length, stash.Length - stashed);
        stash.AsSpan(stashed, length).CopyTo(buffer);
        stashed += length;
        return length;
    }

    /// <summary>Fills the buffer as far as the text goes.</summary>
    public int Fill(Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length && Read(buffer[filled..]) is var read and > 0) filled += read;
        return filled;
    }

    /// <summary>Leaves out the next bytes, or as many as there are.</summary>
    public void Skip(long count)
    {
        var held = (int)Math.Min(count, stash.Length - stashed);
        stashed += held;
        SkipNext(count - held);
    }

    /// <summary>Why this is not all of the text, as a message for the client; null: it is. Known at the end.</summary>
    public virtual string? Problem => null;

    public abstract void Dispose();

    /// <summary>As <see cref="Read"/>, with a buffer of at least <see cref="MinBuffer"/> bytes.</summary>
    protected abstract int ReadNext(Span<byte> buffer);

    /// <summary>As <see cref="Skip"/>, for those who need not read what they leave out.</summary>
    protected virtual void SkipNext(long count)
    {
        if (count == 0) return;
        using var nowhere = new PooledBuffer(64 << 10);
        var room = nowhere.GetSpan();
        while (count > 0 && Read(room[..(int)Math.Min(count, room.Length)]) is var read and > 0) count -= read;
    }
}
