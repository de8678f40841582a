// Reads one file after another into the sieve. What was read is the version that was listed, or it is not used: the open file is asked
// before, so that a large one is not read in vain, and after.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <summary>Used by one thread.</summary>
internal sealed class FileReading(Sieve sieve, Func<SafeFileHandle, TextForm, TextSource> open)
{
    const int BufferBytes = 256 << 10;

    readonly TextPass pass = new(sieve);
    readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);

    /// <summary>The facts of a file; null where it has changed or cannot be read.</summary>
    public FileFacts? Read(DictionaryFile file, CancellationToken cancellationToken)
    {
        try
        {
            using var handle = file.Open();
            if (FileVersion.Of(handle) != file.Version) return null;
            if (file.FormOf(handle) is not { } form) return null;
            using var text = open(handle, form);
            if (form == TextForm.Binary) pass.Start(0);
            else if (!Take(text, form == TextForm.Plain ? file.Version.Length : long.MaxValue, cancellationToken)) return null;
            if (FileVersion.Of(handle) != file.Version) return null;
            return text.Problem is null ? pass.End(form) : pass.EndIncomplete(form);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            return null;
        }
        finally
        {
            pass.Abandon();
        }
    }

    /// <summary>Reads a text to its end; false: it has become longer, and might grow as fast as it is read.</summary>
    bool Take(TextSource text, long bytes, CancellationToken cancellationToken)
    {
        pass.Start(bytes);
        var left = bytes;
        for (var read = text.Read(buffer); read > 0; read = text.Read(buffer))
        {
            cancellationToken.ThrowIfCancellationRequested();
            pass.Take(buffer.AsSpan(0, read));
            left -= read;
            if (left <= 0) break;
        }
        return left >= 0;
    }
}
