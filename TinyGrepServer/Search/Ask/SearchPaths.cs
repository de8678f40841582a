// Where the command line searches: files and folders anywhere in the file system, named as given, with the folder's name in front of
// what is below it, as grep -r prints them. A folder follows the same rules as one that is served.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <param name="settings">The folder to search where no path is given, and what is closed.</param>
/// <param name="paths">Files and folders; none: the folder of the settings, its dictionaries named as a server would.</param>
/// <param name="open">Opens a folder.</param>
internal sealed class SearchPaths(SearchSettings settings, IReadOnlyList<string> paths, Func<string, DictionaryFolder> open)
{
    /// <summary>The files of a question.</summary>
    /// <exception cref="ApiError">404: an entry of the question fits nothing; 400: too many of them.</exception>
    /// <exception cref="UsageError">A path leads to no file and to no folder, or may not be read.</exception>
    public async Task<SearchScope> ScopeAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        if (paths.Count == 0) return await SearchScope.OfAsync(query, open(settings.Folder), cancellationToken);
        List<Selection> selections = [];
        foreach (var path in paths) selections.Add(await ChooseAsync(path, query.Dictionaries, cancellationToken));
        var files = selections.SelectMany(one => one.Files).DistinctBy(file => file.Name);
        var skipped = selections.SelectMany(one => one.Skipped).GroupBy(one => one.Key).OrderBy(one => one.Key, StringComparer.Ordinal);
        var missing = selections.Select(one => one.Missing).Aggregate((some, others) => [.. some.Intersect(others)]);
        var counts = skipped.Select(one => KeyValuePair.Create(one.Key, one.Sum(count => count.Value)));
        return SearchScope.Of(query, FileSet.Of(query.Dictionaries, new Selection([.. files], missing, [.. counts])));
    }

    async Task<Selection> ChooseAsync(string path, IReadOnlyList<string> dictionaries, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            var top = path.EndsWith('/') ? path : path + "/";
            return Rename(await open(path).ChooseAsync(dictionaries, cancellationToken), name => top + name);
        }
        if (!File.Exists(path)) throw new UsageError($"There is no file or folder '{path}'. Try --help.");
        var real = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        var name = Path.GetFileName(real);
        var folder = open(Path.GetDirectoryName(real)!);
        if (folder.Find(name) is null) throw new UsageError($"'{path}' is not a regular file, or is closed.");
        var exclusions = dictionaries.Where(one => one.StartsWith('!'));
        return Rename(await folder.ChooseAsync([name, .. exclusions], cancellationToken), _ => path);
    }

    static Selection Rename(Selection selection, Func<string, string> rename) => selection with
    {
        Files = [.. selection.Files.Select(listed => listed.As(rename(listed.Name)))],
    };
}
