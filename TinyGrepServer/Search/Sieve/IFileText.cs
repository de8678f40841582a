// The text of an open file, as a pass over it reads it.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal interface IFileText : IDisposable
{
    /// <summary>How its bytes become text.</summary>
    TextForm Form { get; }

    /// <summary>Whether all that was there could be read; known at the end.</summary>
    bool IsComplete { get; }

    /// <summary>The next bytes of the text; 0 at its end.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    int Read(Span<byte> buffer);
}

/// <summary>A file whose bytes are its text; a NUL among the first means that it is none.</summary>
internal sealed class PlainFileText(SafeFileHandle file) : IFileText
{
    const int SniffedBytes = 8 << 10;

    long offset;

    public TextForm Form { get; private set; } = TextForm.Plain;

    public bool IsComplete => true;

    public int Read(Span<byte> buffer)
    {
        if (Form == TextForm.Binary) return 0;
        var read = RandomAccess.Read(file, buffer, offset);
        if (offset == 0 && buffer[..Math.Min(read, SniffedBytes)].Contains((byte)0))
        {
            Form = TextForm.Binary;
            return 0;
        }
        offset += read;
        return read;
    }

    public void Dispose()
    {
        // The file is its opener's.
    }
}
