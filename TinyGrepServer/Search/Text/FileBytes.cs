// The bytes of a file as they are. It is read by pread(2) alone: a descriptor's own position belongs to nobody here.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <param name="file">Stays the caller's, and open until this is disposed.</param>
/// <param name="offset">The first byte to read.</param>
internal sealed class FileBytes(SafeFileHandle file, long offset) : TextSource
{
    string? problem;

    public override string? Problem => problem;

    public override void Dispose()
    {
    }

    protected override int ReadNext(Span<byte> buffer)
    {
        try
        {
            var read = RandomAccess.Read(file, buffer, offset);
            offset += read;
            return read;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            problem = "it could not be read to its end";
            return 0;
        }
    }

    protected override void SkipNext(long count) => offset += count;
}
