// The dictionaries that a question selects. A skipped one is selected only by its exact name; others that match are counted as skipped.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>The dictionaries of a question.</summary>
/// <param name="Files">Those asked, in order of name; the unreadable ones among them cannot be.</param>
/// <param name="Missing">What was named and fits nothing.</param>
/// <param name="Skipped">How many the rules left out, by reason, in order of reason.</param>
internal sealed record Selection(
    IReadOnlyList<ListedFile> Files, IReadOnlyList<string> Missing, IReadOnlyList<KeyValuePair<string, int>> Skipped)
{
    /// <summary>Finds the dictionaries that are asked for.</summary>
    /// <param name="entries">Of the question; none, or exclusions alone: all dictionaries that are not skipped.</param>
    /// <param name="find">The dictionary of this very name, or null.</param>
    /// <param name="list">All dictionaries in order of name; called only where names alone do not tell.</param>
    /// <exception cref="ApiError">400: too many entries or too long ones.</exception>
    public static Selection Of(
        IReadOnlyList<string> entries, Func<string, DictionaryFile?> find, Func<IReadOnlyList<ListedFile>> list)
    {
        NamePatterns.CheckNumber(entries);
        Dictionary<string, DictionaryFile> named = new(StringComparer.Ordinal);
        foreach (var entry in entries.Where(entry => !entry.StartsWith('!')))
        {
            if (find(entry) is { } file) named[entry] = file;
        }
        var patterns = NamePatterns.Compile(entries, named.ContainsKey);
        var skipped = new SortedDictionary<string, int>(StringComparer.Ordinal);
        List<ListedFile> files = [];
        foreach (var listed in patterns.NeedNames ? list() : [])
        {
            if (named.ContainsKey(listed.Name)) continue;
            var isSkipped = listed.Skipped is not (null or DictionaryFile.Unreadable);
            if (!patterns.Take(listed.Name, isSkipped)) continue;
            if (isSkipped) skipped[listed.Skipped!] = skipped.GetValueOrDefault(listed.Skipped!) + 1;
            else files.Add(listed);
        }
        if (named.Count > 0)
        {
            files.AddRange(named.Values.Where(file => !patterns.Excludes(file.Name)).Select(file => new ListedFile(file)));
            files.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        }
        return new Selection(files, patterns.Missing, [.. skipped]);
    }
}
