// The folder at one moment: every name in it, in order. It is immutable; what is computed from it is cached with it.

using System.Collections.Concurrent;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <param name="all">Every file and what cannot be read, in the ordinal order of their names.</param>
internal sealed class FolderSnapshot(IReadOnlyList<ListedFile> all)
{
    /// <summary>Selections kept: clients that ask by pattern keep asking for the same ones.</summary>
    const int MaxKept = 64;

    /// <summary>Up to this many files, one thread is faster than several.</summary>
    const int Few = 100;

    readonly ConcurrentDictionary<string, FileSet> kept = new(StringComparer.Ordinal);
    volatile bool isSniffed;

    public IReadOnlyList<ListedFile> All => all;

    /// <summary>The files that a search over all may ask, as far as names tell.</summary>
    public IReadOnlyList<DictionaryFile> Searched =>
        [.. all.Where(listed => listed is { File: not null, IsSkippedByName: false }).Select(listed => listed.File!)];

    public ListedFile? Find(string name) =>
        NameOrder.Find(all, name, static listed => listed.Name) is >= 0 and var at ? all[at] : null;

    /// <summary>What is kept under a key, or made now.</summary>
    public FileSet Select(string key, Func<FileSet> make)
    {
        if (kept.TryGetValue(key, out var known)) return known;
        var made = make();
        if (kept.Count < MaxKept) kept.TryAdd(key, made);
        return made;
    }

    /// <summary>Reads the beginning of each file that nobody has looked into, so that all know why they are skipped, if they are.</summary>
    /// <exception cref="ApiError">503: nothing can be opened now.</exception>
    public void Sniff()
    {
        if (isSniffed) return;
        ApiError? refused = null;
        List<ListedFile> left = [.. all.Where(listed => !listed.IsSkippedKnown)];
        if (left.Count < Few) left.ForEach(Sniff);
        else Parallel.ForEach(left, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, Sniff);

        if (refused is not null) throw refused;
        isSniffed = true;

        void Sniff(ListedFile listed)
        {
            try
            {
                _ = listed.Skipped;
            }
            catch (ApiError now)
            {
                refused = now;
            }
        }
    }

    /// <summary>Whether the other one holds the very same files.</summary>
    public bool IsSameAs(IReadOnlyList<ListedFile> other)
    {
        if (all.Count != other.Count) return false;
        for (var at = 0; at < other.Count; at++)
        {
            if (!ReferenceEquals(all[at], other[at])) return false;
        }
        return true;
    }
}
