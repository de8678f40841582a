// The dictionaries by time of change, newest first; equal times by name. This order changes under a cursor: its own file grows and would
// come first, so it keeps its old position, and the files after that position are those not reached yet. If one of these has moved before
// it, its matches would be lost: the cursor holds a sum of hashes of their names, and is refused.

namespace TinyGrepServer.Search;

internal static class NewestFirst
{
    public static DictionaryFile[] Sorted(IReadOnlyList<DictionaryFile> files)
    {
        DictionaryFile[] sorted = [.. files];
        Array.Sort(sorted, (one, other) => Compare(one.Version.Modified, one.Name, other.Version.Modified, other.Name));
        return sorted;
    }

    /// <summary>The files in the order of an answer that has stopped in one of them.</summary>
    /// <param name="files">All of them, sorted.</param>
    /// <param name="own">The index of that one.</param>
    /// <param name="modified">By which time it had its place.</param>
    /// <returns>Its index in the new order, and the order.</returns>
    public static (int Own, IReadOnlyList<DictionaryFile> Files) GoOn(IReadOnlyList<DictionaryFile> files, int own, long modified)
    {
        var file = files[own];
        List<DictionaryFile> inOrder = [.. files.Where((_, at) => at != own)];
        var place = inOrder.FindIndex(other => Compare(modified, file.Name, other.Version.Modified, other.Name) < 0);
        if (place < 0) place = inOrder.Count;
        inOrder.Insert(place, file);
        return (place, inOrder);
    }

    /// <summary>The same for the same names, in whatever order.</summary>
    public static long Sum(IEnumerable<DictionaryFile> files)
    {
        var sum = 0UL;
        foreach (var file in files) sum += Hash(file.Name);
        return (long)sum;
    }

    static int Compare(long modified, string name, long otherModified, string otherName) =>
        modified != otherModified ? otherModified.CompareTo(modified) : string.CompareOrdinal(name, otherName);

    /// <summary>FNV-1a over UTF-16, its bits mixed, so that sums of it tell sets apart; the same in every process.</summary>
    static ulong Hash(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in name) hash = (hash ^ letter) * 1099511628211UL;
        hash = (hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15UL;
        return hash ^ (hash >> 29);
    }
}
