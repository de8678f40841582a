// A gzip file as the input of GZipStream, which takes the end of a file for the end of the text, also in the middle of a member. So a
// small member of our own follows the file, a seal that holds a number nobody can guess: it comes out of GZipStream, and by itself,
// only where every member before it was whole. NULs behind the last member are padding (of a tape, of a block); they are
// handed over apart, so that it can be told whether they were it that made GZipStream stop.

using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal sealed class SealedGzip(SafeFileHandle file) : Stream
{
    public const int SealBytes = 16;

    static readonly byte[] Seal = RandomNumberGenerator.GetBytes(SealBytes);
    static readonly byte[] SealMember = Compress(Seal);

    long offset;
    int sealHanded;
    bool endsInNuls;

    /// <summary>All of the file has been asked for, and the seal, too.</summary>
    public bool IsSealHanded => sealHanded > 0;

    /// <summary>The file could not be read.</summary>
    public bool IsUnreadable { get; private set; }

    /// <summary>Whether nothing but NULs follow what the last member ended in; asked where the seal was not asked for.</summary>
    public bool EndsInPadding
    {
        get
        {
            try
            {
                return endsInNuls && NulRun.End(file, offset) is null;
            }
            catch (IOException)
            {
                IsUnreadable = true;
                return false;
            }
        }
    }

    public static bool IsSeal(ReadOnlySpan<byte> text) => text.SequenceEqual(Seal);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Hands over bytes whose last one is not NUL, or only NULs, or bytes of the seal.</summary>
    public override int Read(Span<byte> buffer)
    {
        var read = ReadFile(buffer);
        if (read == 0) return HandSeal(buffer);
        var last = buffer[..read].LastIndexOfAnyExcept((byte)0);
        endsInNuls = last < 0;
        if (last >= 0) read = last + 1;
        offset += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    int ReadFile(Span<byte> buffer)
    {
        if (IsSealHanded) return 0; // whatever has been written since
        try
        {
            return RandomAccess.Read(file, buffer, offset);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            IsUnreadable = true;
            return 0;
        }
    }

    int HandSeal(Span<byte> buffer)
    {
        var piece = SealMember.AsSpan(sealHanded);
        if (piece.Length > buffer.Length) piece = piece[..buffer.Length];
        piece.CopyTo(buffer);
        sealHanded += piece.Length;
        return piece.Length;
    }

    static byte[] Compress(byte[] bytes)
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.NoCompression)) gzip.Write(bytes);
        return member.ToArray();
    }
}
