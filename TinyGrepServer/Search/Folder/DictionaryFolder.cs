// The folder of dictionaries, as the ways to ask see it: one name, a choice of names, or all there is.

using System.Diagnostics.Metrics;
using System.IO.Enumeration;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class DictionaryFolder : IDisposable
{
    readonly Catalogue catalogue;

    /// <param name="changed">Hears of each new state of the folder, and must return at once.</param>
    /// <exception cref="UsageError">The folder is not there or cannot be read, or the server's own data lies there as its own.</exception>
    public DictionaryFolder(
        SearchSettings settings, Action<FolderSnapshot> changed, Meter meter, ILogger log, TimeProvider time)
    {
        var given = Path.TrimEndingDirectorySeparator(Path.GetFullPath(settings.Folder));
        if (!Directory.Exists(given)) throw new UsageError($"--dicts: there is no folder '{settings.Folder}'.");
        using var folder = RootFolder.TryOpen(given) ?? throw new UsageError($"--dicts: the folder '{settings.Folder}' cannot be read.");
        var root = Posix.RealPath(given) ?? given;
        List<string> closed = [.. settings.Closed.Select(path => RealPathOfNew(Path.GetFullPath(path)))];
        if (closed.Contains(root))
        {
            throw new UsageError(
                $"--data: the server's data must not lie among the dictionaries of '{settings.Folder}'; a folder below it may be.");
        }
        List<string> closedNames =
            [.. closed.Where(path => RootFolder.IsBelow(path, root)).Select(path => Path.GetRelativePath(root, path))];
        var closedFiles = new ClosedFiles(settings.Closed);
        catalogue = new Catalogue(
            given,
            settings.Watch == WatchMode.Auto,
            (opened, isWatched) => new Finder(opened, closedNames, closedFiles, isWatched, settings.Decode, time),
            changed,
            meter,
            log);
    }

    /// <summary>The dictionary of this name, or null.</summary>
    public DictionaryFile? Find(string name) => catalogue.Find(name);

    /// <summary>Every file in the folder, sorted by name, with the reason where a search over all leaves it out.</summary>
    /// <exception cref="ApiError">503: the folder has gone or has become unreadable.</exception>
    public ValueTask<FolderSnapshot> LookAsync(CancellationToken cancellationToken) => catalogue.LookAsync(cancellationToken);

    /// <summary>The dictionaries that fit any of the names or globs (<c>*</c>, <c>?</c>), in order of name; none given: all.</summary>
    /// <exception cref="ApiError">404: a name that fits nothing; 503: the folder cannot be read now.</exception>
    public async ValueTask<FileSet> SelectAsync(IReadOnlyList<string> patterns, CancellationToken cancellationToken)
    {
        if (patterns.Count > 0 && !catalogue.IsWatched && Found(patterns) is var found && found.Count == patterns.Count)
            return Named(patterns, found);
        var snapshot = await catalogue.LookAsync(cancellationToken);
        snapshot.Sniff();
        if (patterns.Count == 0) return snapshot.Select("", () => All(snapshot));
        var linked = Found([.. patterns.Where(name => snapshot.Find(name) is null)]);
        return linked.Count > 0
            ? Fitting(snapshot, patterns, linked)
            : snapshot.Select(string.Join('\0', patterns), () => Fitting(snapshot, patterns, linked));
    }

    /// <summary>Whether a choice of files still is what it was.</summary>
    public async ValueTask<bool> IsStillAsync(FileSet selection, CancellationToken cancellationToken)
    {
        if (!catalogue.IsWatched || !selection.AreTold)
            return selection.Files.All(file => FileVersion.OfRegularFile(file.Path) == file.Version);
        if (selection.Files is [var alone]) return ReferenceEquals(catalogue.Find(alone.Name), alone);
        return (await SelectAsync(selection.Patterns, cancellationToken)).KeyDigest == selection.KeyDigest;
    }

    public void Dispose() => catalogue.Dispose();

    /// <summary>The names among these that are files, also those that a walk does not meet: below a linked folder.</summary>
    List<ListedFile> Found(IReadOnlyList<string> names) =>
        [.. names.Select(Find).OfType<DictionaryFile>().Select(file => new ListedFile(file))];

    static FileSet All(FolderSnapshot snapshot) => FileSet.Of(
        [],
        [.. snapshot.All.Where(IsSearched)],
        snapshot.All.Where(listed => listed.Skipped is not (null or DictionaryFile.Unreadable)));

    static FileSet Fitting(FolderSnapshot snapshot, IReadOnlyList<string> patterns, IReadOnlyList<ListedFile> linked)
    {
        SortedDictionary<string, ListedFile> files = new(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            ListedFile[] fitting =
                snapshot.Find(pattern)?.File is { } exact ? [new ListedFile(exact)]
                : linked.FirstOrDefault(one => one.Name == pattern) is { } other ? [other]
                : pattern.AsSpan().ContainsAny('*', '?') ? [.. snapshot.All.Where(IsSearched).Where(listed => Fits(pattern, listed))]
                : [];
            if (fitting.Length == 0) throw Refusals.NoSuchDictionary(pattern);
            foreach (var listed in fitting) files[listed.Name] = listed;
        }
        return FileSet.Of(patterns, [.. files.Values], []);
    }

    static FileSet Named(IReadOnlyList<string> patterns, IEnumerable<ListedFile> files) =>
        FileSet.Of(patterns, [.. files.DistinctBy(file => file.Name).OrderBy(file => file.Name, StringComparer.Ordinal)], []);

    static bool IsSearched(ListedFile listed) => listed.Skipped is null or DictionaryFile.Unreadable;

    static bool Fits(string glob, ListedFile listed) =>
        FileSystemName.MatchesSimpleExpression(glob, listed.Name, ignoreCase: false);

    /// <summary>The real path of what may not be there yet.</summary>
    static string RealPathOfNew(string path) =>
        Posix.RealPath(path)
        ?? (Path.GetDirectoryName(path) is { } parent ? Path.Join(RealPathOfNew(parent), Path.GetFileName(path)) : path);
}
