// Where the lines of a dictionary are, without keeping them: how many lines begin before each block of half a MiB of its text. It is
// counted in process with vector instructions and remembered per version; line 4,000,000 is then one block away.

using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <summary>The line numbers of one version of a file.</summary>
/// <param name="Newlines">Newlines before each block; one more entry than blocks counted.</param>
/// <param name="Total">The number of lines, a last one without newline included; null where counting took too long.</param>
internal sealed record LineIndex(IReadOnlyList<long> Newlines, long? Total)
{
    public const int BlockBytes = 512 << 10;

    /// <summary>Where to begin to read for a line, and which line begins or goes on there; null: beyond what was counted.</summary>
    /// <param name="line">From 1.</param>
    public (long Offset, long Newlines)? Before(long line)
    {
        var wanted = line - 1; // so many newlines come before it
        var (low, high) = (0, Newlines.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Newlines[middle] < wanted) low = middle;
            else high = middle - 1;
        }
        return Total is null && low == Newlines.Count - 1 && low > 0 ? null : ((long)low * BlockBytes, Newlines[low]);
    }
}

/// <summary>Makes the index of a dictionary, once per version, for all who ask for it meanwhile (single flight).</summary>
internal sealed class LineIndexes(TimeProvider time)
{
    static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    readonly VersionedCache<LineIndex> known = new(time);
    readonly ConcurrentDictionary<(string Path, FileVersion Version), Lazy<Task<LineIndex?>>> counting = new();

    /// <summary>The dictionary's index; null where it cannot be read.</summary>
    public Task<LineIndex?> OfAsync(DictionaryFile file, CancellationToken cancellationToken)
    {
        if (known.TryGet(file, out var index)) return Task.FromResult<LineIndex?>(index);
        var key = (file.Path, file.Version);
        return counting.GetOrAdd(key, _ => new Lazy<Task<LineIndex?>>(() => CountAsync(key, file))).Value.WaitAsync(cancellationToken);
    }

    async Task<LineIndex?> CountAsync((string, FileVersion) key, DictionaryFile file)
    {
        await Task.Yield(); // counting is work for another thread than the first asker's
        try
        {
            using var handle = file.Open();
            return known.GetOrAdd(file.As(handle), _ => Count(handle, TextForms.Sniff(handle, file.IsDecoded)));
        }
        catch (Exception refused) when (refused is IOException and not NoDescriptorException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            counting.TryRemove(key, out _);
        }
    }

    LineIndex Count(SafeFileHandle handle, TextForm form)
    {
        var started = time.GetTimestamp();
        using var text = TextSources.Open(handle, form, keepReturns: true);
        var buffer = ArrayPool<byte>.Shared.Rent(LineIndex.BlockBytes);
        try
        {
            List<long> newlines = [0];
            var last = (byte)'\n';
            while (text.Fill(buffer.AsSpan(0, LineIndex.BlockBytes)) is var read and > 0) // a short block would shift all after it
            {
                newlines.Add(newlines[^1] + buffer.AsSpan(0, read).Count((byte)'\n'));
                last = buffer[read - 1];
                if (time.GetElapsedTime(started) > MaxTime) return new LineIndex([.. newlines], null);
            }
            return new LineIndex([.. newlines], last == '\n' ? newlines[^1] : newlines[^1] + 1);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
