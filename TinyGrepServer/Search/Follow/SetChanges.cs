// Compares two lists of the files of a question, both in order of name: files that left their name, files that took one, and files that
// are still there with another version.

namespace TinyGrepServer.Search;

internal sealed class SetChanges
{
    public List<DictionaryFile> Gone { get; } = [];

    public List<DictionaryFile> Come { get; } = [];

    public List<(DictionaryFile Before, DictionaryFile Now)> Changed { get; } = [];

    /// <summary>What is different the second time.</summary>
    public static SetChanges Between(IReadOnlyList<DictionaryFile> before, IReadOnlyList<DictionaryFile> now)
    {
        var changes = new SetChanges();
        var (old, current) = (0, 0);
        while (old < before.Count || current < now.Count)
        {
            var order = old == before.Count ? 1
                : current == now.Count ? -1
                : ReferenceEquals(before[old], now[current]) ? 0
                : string.CompareOrdinal(before[old].Name, now[current].Name);
            if (order < 0) changes.Gone.Add(before[old++]);
            else if (order > 0) changes.Come.Add(now[current++]);
            else changes.Compare(before[old++], now[current++]);
        }
        return changes;
    }

    void Compare(DictionaryFile before, DictionaryFile now)
    {
        if (ReferenceEquals(before, now)) return;
        if (before.Version.Identity == now.Version.Identity)
        {
            Changed.Add((before, now));
            return;
        }
        Gone.Add(before);
        Come.Add(now);
    }
}
