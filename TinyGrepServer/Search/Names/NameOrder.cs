// Lists of files are always in the ordinal order of their names, so one is found by binary search.

namespace TinyGrepServer.Search;

internal static class NameOrder
{
    /// <summary>Finds a name.</summary>
    /// <param name="sorted">In ordinal order of their names.</param>
    /// <returns>Its index; where it is not there, the complement of the index it would have.</returns>
    public static int Find<T>(IReadOnlyList<T> sorted, string name, Func<T, string> nameOf)
    {
        var (low, high) = (0, sorted.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(nameOf(sorted[middle]), name);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }
}
