// Reads one file after another into the sieve. What was read is the version that was listed, or it is not used: the open file is asked
// before, so that a large one is not read in vain, and after.

namespace TinyGrepServer.Search;

/// <summary>Used by one thread.</summary>
internal sealed class FileReading(Sieve sieve)
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
            if (file.Form is not { } form) return null;
            using var text = TextSources.Open(handle, form, keepReturns: true);
            if (form == TextForm.Binary) pass.Start(0);
            else Take(text, form == TextForm.Plain ? file.Version.Length : long.MaxValue, cancellationToken);
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

    void Take(TextSource text, long bytes, CancellationToken cancellationToken)
    {
        pass.Start(bytes);
        while (text.Read(buffer) is var read and > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            pass.Take(buffer.AsSpan(0, read));
        }
    }
}
