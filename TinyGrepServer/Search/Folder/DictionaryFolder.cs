// The folder of dictionaries, as the APIs see it: one name, a selection of names, or all of them.

using System.Diagnostics.Metrics;
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

    /// <inheritdoc cref="Catalogue.Changed"/>
    public event Action? Changed
    {
        add => catalogue.Changed += value;
        remove => catalogue.Changed -= value;
    }

    /// <inheritdoc cref="Catalogue.IsWatched"/>
    public bool IsWatched => catalogue.IsWatched;

    /// <summary>The dictionary of this name, or null.</summary>
    public DictionaryFile? Find(string name) => catalogue.Find(name);

    /// <summary>The first dictionary in order of name that no rule leaves out, without a look at all; null: there is none.</summary>
    public DictionaryFile? First() => catalogue.First();

    /// <summary>Every file in the folder, sorted by name, with the reason where a search over all leaves it out.</summary>
    /// <exception cref="ApiError">503: the folder has gone or has become unreadable.</exception>
    public ValueTask<FolderSnapshot> LookAsync(CancellationToken cancellationToken) => catalogue.LookAsync(cancellationToken);

    /// <summary>The dictionaries a question names, worked out once for a state of the folder.</summary>
    /// <exception cref="ApiError">400: the patterns are too many or too long; 503: the folder cannot be read now.</exception>
    public async ValueTask<FileSet> SelectAsync(IReadOnlyList<string> entries, CancellationToken cancellationToken)
    {
        if (AreNames(entries)) return FileSet.Of(entries, Selection.Of(entries, Find, () => []));
        var snapshot = await catalogue.LookAsync(cancellationToken);
        return entries.Any(name => snapshot.Find(name) is null && Find(name) is not null)
            ? FileSet.Of(entries, Select(snapshot, entries)) // one lies below a linked folder, and may change untold
            : snapshot.Select(string.Join('\0', entries), () => FileSet.Of(entries, Select(snapshot, entries)));
    }

    /// <summary>The same, as it is listed.</summary>
    /// <exception cref="ApiError">400: the patterns are too many or too long; 503: the folder cannot be read now.</exception>
    public async ValueTask<Selection> ChooseAsync(IReadOnlyList<string> entries, CancellationToken cancellationToken) =>
        AreNames(entries)
            ? Selection.Of(entries, Find, () => [])
            : Select(await catalogue.LookAsync(cancellationToken), entries);

    /// <summary>Whether a choice of files still is what it was.</summary>
    public async ValueTask<bool> IsStillAsync(FileSet set, CancellationToken cancellationToken)
    {
        if (!catalogue.IsWatched) return set.Files.All(file => FileVersion.OfRegularFile(file.Path) == file.Version);
        if (set.Files is [var alone]) return catalogue.Find(alone.Name)?.KeyDigest == alone.KeyDigest;
        return (await SelectAsync(set.Entries, cancellationToken)).KeyDigest == set.KeyDigest;
    }

    public void Dispose() => catalogue.Dispose();

    /// <summary>Whether all are names of files, so that the folder need not be walked for them; where it is watched, nothing is.</summary>
    bool AreNames(IReadOnlyList<string> entries) =>
        entries.Count > 0 && !catalogue.IsWatched && entries.All(name => name is not ['!', ..] && Find(name) is not null);

    Selection Select(FolderSnapshot snapshot, IReadOnlyList<string> entries) => Selection.Of(
        entries,
        name => snapshot.Find(name)?.File ?? Find(name),
        () =>
        {
            snapshot.Sniff();
            return snapshot.All;
        });

    /// <summary>The real path of what may not be there yet.</summary>
    static string RealPathOfNew(string path) =>
        Posix.RealPath(path)
        ?? (Path.GetDirectoryName(path) is { } parent ? Path.Join(RealPathOfNew(parent), Path.GetFileName(path)) : path);
}
