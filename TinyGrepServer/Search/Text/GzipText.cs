// The text of a gzip file, of one member or several, however it ends: everything there is read, and Problem says whether that was all.
// See SealedGzip for how that is known.

using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <param name="file">Stays the caller's, and open until this is disposed.</param>
internal sealed class GzipText(SafeFileHandle file) : TextSource
{
    /// <summary>Where the data turn out to be corrupt, the text of that read is lost, and has to be read again byte by byte.</summary>
    const int PieceBytes = 32 << 10;

    SealedGzip input = new(file);
    GZipStream? unzipped;
    long given;
    bool isAtEnd;
    string? problem;

    public override string? Problem => problem;

    public override void Dispose()
    {
        unzipped?.Dispose();
        input.Dispose();
    }

    protected override int ReadNext(Span<byte> buffer)
    {
        if (isAtEnd) return 0;
        if (buffer.Length > PieceBytes) buffer = buffer[..PieceBytes];
        var read = 0;
        try
        {
            read = Unzip(buffer);
            if (!input.IsSealHanded && read > 0)
            {
                given += read;
                return read;
            }
        }
        catch (Exception corrupt) when (corrupt is InvalidDataException or IOException)
        {
            if (!input.IsSealHanded) return ReadToCorruption(buffer);
        }
        isAtEnd = true;
        problem = WhatIsMissing(buffer[..read]);
        return 0;
    }

    int Unzip(Span<byte> buffer) => (unzipped ??= new GZipStream(input, CompressionMode.Decompress)).Read(buffer);

    /// <summary>GZipStream asks for more only when it has given all it can make of what it has: once the seal is out of our hands,
    /// no text comes any more.</summary>
    /// <param name="afterSeal">What has come since.</param>
    string? WhatIsMissing(ReadOnlySpan<byte> afterSeal)
    {
        var isWhole = input.IsSealHanded ? IsSeal(afterSeal) : input.EndsInPadding;
        if (input.IsUnreadable) return "it could not be read to its end";
        if (isWhole) return null;
        return input.IsSealHanded ? "its gzip data ends too early" : "what follows its gzip data is not text";
    }

    bool IsSeal(ReadOnlySpan<byte> begun)
    {
        if (begun.Length > SealedGzip.SealBytes) return false;
        Span<byte> all = stackalloc byte[SealedGzip.SealBytes + 1];
        begun.CopyTo(all);
        var length = begun.Length;
        try
        {
            while (length < all.Length && Unzip(all[length..]) is var read and > 0) length += read;
        }
        catch (Exception corrupt) when (corrupt is InvalidDataException or IOException)
        {
            return false;
        }
        return SealedGzip.IsSeal(all[..length]);
    }

    /// <summary>Reads once more what the failed read would have given, up to the byte where it fails.</summary>
    int ReadToCorruption(Span<byte> buffer)
    {
        isAtEnd = true;
        problem = "its gzip data is corrupt";
        Dispose();
        (input, unzipped) = (new SealedGzip(file), null);
        try
        {
            for (var left = given; left > 0;)
            {
                var read = Unzip(buffer[..(int)Math.Min(buffer.Length, left)]);
                if (read == 0) return 0; // another file by now
                left -= read;
            }
        }
        catch (Exception corrupt) when (corrupt is InvalidDataException or IOException)
        {
            return 0;
        }
        var length = 0;
        while (length < buffer.Length && UnzipByte(out buffer[length])) length++;
        return length;
    }

    /// <summary>The byte before a wrong checksum is written, and thrown away with the exception: it is known by not being NUL.</summary>
    bool UnzipByte(out byte one)
    {
        one = 0;
        try
        {
            return Unzip(new Span<byte>(ref one)) == 1 && !input.IsSealHanded;
        }
        catch (Exception corrupt) when (corrupt is InvalidDataException or IOException)
        {
            return one != 0;
        }
    }
}
