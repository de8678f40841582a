// How many lines a dictionary has, for the list. Counted in process with vector instructions and remembered per version.

using System.Buffers;

namespace TinyGrepServer.Search;

internal sealed class LineCounter(TimeProvider time)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly VersionedCache<long?> counts = new(time);

    /// <summary>The number of lines, a last one without newline included; null where it takes too long or the file cannot be read.</summary>
    public Task<long?> CountAsync(DictionaryFile file, CancellationToken cancellationToken) =>
        counts.TryGet(file, out var known) ? Task.FromResult(known) : Task.Run(() => counts.GetOrAdd(file, Count), cancellationToken);

    long? Count(DictionaryFile file)
    {
        var started = time.GetTimestamp();
        var buffer = ArrayPool<byte>.Shared.Rent(256 << 10);
        try
        {
            using var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var (lines, offset, last) = (0L, 0L, (byte)'\n');
            while (RandomAccess.Read(handle, buffer, offset) is var read and > 0)
            {
                lines += buffer.AsSpan(0, read).Count((byte)'\n');
                last = buffer[read - 1];
                offset += read;
                if (time.GetElapsedTime(started) > Patience) return null;
            }
            return last == '\n' ? lines : lines + 1;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
