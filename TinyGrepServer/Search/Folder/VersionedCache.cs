// Remembers something computed from a file's content for as long as the file's version stays the same. A file that has
// changed in the last two seconds is computed anew each time.

using System.Collections.Concurrent;

namespace TinyGrepServer.Search;

internal sealed class VersionedCache<T>(TimeProvider time)
{
    const int MaxEntries = 100_000;

    readonly ConcurrentDictionary<string, (FileVersion Version, T Value)> entries = new(StringComparer.Ordinal);

    public bool TryGet(DictionaryFile file, out T value)
    {
        var known = entries.TryGetValue(file.Path, out var entry) && entry.Version == file.Version;
        value = entry.Value;
        return known;
    }

    public T GetOrAdd(DictionaryFile file, Func<DictionaryFile, T> compute)
    {
        if (TryGet(file, out var known)) return known;
        var settled = file.Version.IsSettled(time.GetUtcNow()); // asked before reading: what changes later has a later version
        var value = compute(file);
        if (!settled) return value;
        if (entries.Count >= MaxEntries) entries.Clear();
        entries[file.Path] = (file.Version, value);
        return value;
    }
}
