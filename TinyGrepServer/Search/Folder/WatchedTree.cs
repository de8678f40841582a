// The tree of a watched folder: inotify's events are read, and each name they concern is looked at again. An event is never trusted to
// say what a name is now, only that it must be checked; so neither the order nor the repetition of events matters.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal sealed class WatchedTree : IDisposable
{
    /// <summary>More names than this that may change untold are looked at once a minute only.</summary>
    const int MaxUntold = 2_000;

    static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(5);

    readonly Finder finder;
    readonly Inotify inotify;
    readonly IDictionary<int, FolderNode> watched;
    readonly HashSet<string> untold;
    readonly HashSet<string> untried; // names of which it is not known yet whether they may change untold
    readonly Dictionary<string, string> links = new(StringComparer.Ordinal); // and the places where it is told what becomes of them
    readonly List<FolderEvent> events = [];
    FolderNode top;
    long told;
    bool hasChanged;
    bool haveFoldersChanged;

    // While changes are taken in:
    ILookup<FileIdentity, string>? names; // by what they are
    IReadOnlySet<FileIdentity>? closed;

    WatchedTree(RootFolder root, Finder finder, Inotify inotify, FolderWalk walk, FolderNode top, long told)
    {
        (Root, this.finder, this.inotify, this.top, this.told) = (root, finder, inotify, top, told);
        watched = walk.Watched;
        untold = new HashSet<string>(walk.Untold, StringComparer.Ordinal);
        untried = new HashSet<string>(untold, StringComparer.Ordinal);
    }

    public RootFolder Root { get; }

    /// <summary>Watches a folder and lists it.</summary>
    /// <param name="before">What was known of it, if it was watched before and more changes came than could be queued.</param>
    /// <param name="report">Called every five seconds with the number of files seen.</param>
    /// <param name="whyNot">Why it cannot be watched.</param>
    /// <exception cref="IOException">It cannot be listed.</exception>
    public static WatchedTree? Open(RootFolder root, Finder finder, WatchedTree? before, Action<int> report, out string? whyNot)
    {
        whyNot = root.WhyUntold;
        if (whyNot is not null) return null;
        if (Inotify.TryOpen() is not { } inotify)
        {
            whyNot = "the system has no inotify instance left; see fs.inotify.max_user_instances";
            return null;
        }
        var told = before is null ? 0 : before.told + 1;
        var walk = new FolderWalk(root, finder, inotify, told);
        try
        {
            using var reports = new Timer(_ => report(walk.Files), null, BetweenReports, BetweenReports);
            var top = walk.Run("", before?.top);
            whyNot = walk.WhyNotWatched;
            if (whyNot is null) return new WatchedTree(root, finder, inotify, walk, top, told);
        }
        catch
        {
            inotify.Dispose();
            throw;
        }
        inotify.Dispose();
        return null;
    }

    /// <summary>Every file, in order.</summary>
    public IReadOnlyList<ListedFile> Flatten() => top.Flatten();

    public DictionaryFile? File(string name) => FolderOf(name)?.File(name)?.File;

    /// <summary>Waits for a change.</summary>
    public bool Poll(TimeSpan max) => inotify.Poll(max);

    /// <summary>Applies all changes reported so far.</summary>
    /// <param name="count">How many events there were.</param>
    /// <param name="changed">Whether the tree has changed.</param>
    /// <returns>
    /// False if it has to be opened again: more changes than the system can queue, or one that cannot be watched or checked now.
    /// </returns>
    public bool Drain(out int count, out bool changed)
    {
        events.Clear();
        inotify.Drain(events);
        (count, changed, hasChanged, haveFoldersChanged, names, closed) = (events.Count, false, false, false, null, null);
        if (events.Exists(one => one.IsOverflow)) return false;
        if (count == 0 && untold.Count is 0 or > MaxUntold) return true;
        var isWhole = IsDone(TakeIn);
        changed = hasChanged;
        return isWhole;
    }

    /// <summary>Looks anew at each name that a walk has found otherwise than it stands here.</summary>
    /// <param name="changed">Whether anything has changed.</param>
    /// <returns>False where it has to be opened anew.</returns>
    public bool LookAtDifferences(IReadOnlyList<ListedFile> walked, out bool changed)
    {
        (hasChanged, closed) = (false, null);
        var isWhole = IsDone(() => LookWhereOther(walked));
        changed = hasChanged;
        return isWhole;
    }

    public void Dispose() => inotify.Dispose();

    /// <summary>Whether something was done to its end: what fails in the middle of it leaves the tree half changed.</summary>
    static bool IsDone(Func<bool> work)
    {
        try
        {
            return work();
        }
        catch (Exception unlisted) when (unlisted is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <returns>False where a new folder cannot be watched.</returns>
    bool TakeIn()
    {
        Dictionary<string, bool> folders = new(StringComparer.Ordinal); // each once, with whether it has gone, however often it came
        Dictionary<string, uint> concerned = new(StringComparer.Ordinal);
        foreach (var one in events)
        {
            if (!watched.TryGetValue(one.Watch, out var folder) || one.Name.Length == 0) continue; // its parent is told by name
            var name = folder.Path + one.Name;
            if (one.IsOfFolder) folders[name + "/"] = one.HasGone;
            else concerned[name] = concerned.GetValueOrDefault(name) | one.Mask;
        }
        foreach (var (path, hasGone) in folders)
        {
            if (!Follow(path, hasGone)) return false;
        }
        foreach (var (name, mask) in concerned)
        {
            if (!LookAgain(name, new FolderEvent(0, mask, name))) return false;
        }
        foreach (var (link, place) in links.ToArray())
        {
            if (haveFoldersChanged || concerned.ContainsKey(place)) AddUntold(link);
        }
        if (untold.Count <= MaxUntold) LookAtUntold();
        return true;
    }

    bool LookWhereOther(IReadOnlyList<ListedFile> walked)
    {
        var known = Flatten().ToDictionary(listed => listed.Name, listed => listed.File?.Version, StringComparer.Ordinal);
        foreach (var listed in walked)
        {
            var isKnown = known.Remove(listed.Name, out var version);
            if (isKnown && version == listed.File?.Version) continue;
            if (FolderOf(listed.Name) is not null) Look(listed.Name, before: null);
            else if (!Follow(Above(listed.Name), hasGone: false)) return false;
        }
        foreach (var name in known.Keys) Look(name, before: null);
        LookAtUntold();
        return true;
    }

    /// <summary>A folder has gone, has come, or may be read now, or no more.</summary>
    bool Follow(string path, bool hasGone)
    {
        var before = Drop(path);
        if (hasGone || finder.IsClosed(path.TrimEnd('/')) || FolderOf(path.TrimEnd('/')) is not { } parent) return true;
        return List(path, before, below: true, parent.Set);
    }

    /// <summary>Lists a folder anew; what is known of it and has not changed stays.</summary>
    bool List(string path, FolderNode? before, bool below, Action<FolderNode> put)
    {
        hasChanged = haveFoldersChanged = true;
        var walk = new FolderWalk(Root, finder, inotify, ++told, below);
        put(walk.Run(path, before));
        foreach (var (number, folder) in walk.Watched) watched[number] = folder;
        foreach (var name in walk.Untold) AddUntold(name);
        return walk.WhyNotWatched is null;
    }

    FolderNode? Drop(string path)
    {
        if (FolderOf(path.TrimEnd('/')) is not { } parent || parent.Folder(path) is not { } gone) return null;
        hasChanged = haveFoldersChanged = true;
        foreach (var folder in gone.WithAllBelow())
        {
            // It may stand elsewhere by now, found there by a listing that came before word of its move.
            if (!watched.TryGetValue(folder.Watch, out var known) || known != folder) continue;
            watched.Remove(folder.Watch);
            inotify.Forget(folder.Watch);
        }
        foreach (var name in untold.Concat(links.Keys).Where(name => name.StartsWith(path, StringComparison.Ordinal)).ToArray())
            RemoveUntold(name);
        parent.Remove(path);
        return gone;
    }

    bool LookAgain(string name, FolderEvent what)
    {
        if (Look(name, before: null) || what.HasGone && !name.Contains('\ufffd', StringComparison.Ordinal)) return true;
        // A name that is not UTF-8, or one that had gone while somebody still wrote to what it was: one of its neighbours may be that.
        if (FolderOf(name) is not { } folder) return true;
        return folder == top
            ? List("", top, below: false, now => top = now)
            : List(folder.Path, folder, below: false, FolderOf(folder.Path.TrimEnd('/'))!.Set);
    }

    void LookAtUntold()
    {
        foreach (var name in untold.ToArray())
        {
            var before = FolderOf(name)?.File(name)?.File;
            if (!finder.IsStill(name, before)) Look(name, before);
            if (!untried.Remove(name) || links.Count == MaxUntold || PlaceTold(name) is not { } place) continue;
            untold.Remove(name);
            if (place != name) links[name] = place;
        }
    }

    /// <summary>
    /// The place where every change to what a name leads to is reported: its own, or, for a link to a place in the tree, that one. Called
    /// after a look: any later change is reported there. Null: there is no such place.
    /// </summary>
    string? PlaceTold(string name)
    {
        if (FolderOf(name) is not { Watch: > 0 } || Root.PlaceOf(name) is not { } place) return null;
        if (FolderOf(place) is not { Watch: > 0 }) return null;
        if (Root.Look(place) is not { } status || status.Mount != Root.Status.Mount) return null;
        return status is { Kind: FileKind.Folder } or { Kind: FileKind.Regular, Links: 1 } ? place : null;
    }

    /// <returns>Whether it was not looked at anew each time before.</returns>
    bool AddUntold(string name)
    {
        links.Remove(name);
        untried.Add(name);
        return untold.Add(name);
    }

    void RemoveUntold(string name)
    {
        links.Remove(name);
        untried.Remove(name);
        untold.Remove(name);
    }

    /// <returns>Whether there is, or was, anything under this name.</returns>
    bool Look(string name, DictionaryFile? before)
    {
        if (FolderOf(name) is not { } folder) return false;
        var known = folder.File(name);
        var found = finder.Look(name, before, ++told, closed ??= finder.Closed());
        if (!found.MayChangeUntold) RemoveUntold(name);
        else if (AddUntold(name) | found.File?.Version.Identity != known?.File?.Version.Identity) AddOtherNames(found.File);
        if (found.File is not null && ReferenceEquals(found.File, known?.File)) return true;
        if (found.File is null && known is null) return found.MayChangeUntold;
        hasChanged = true;
        if (found.File is null) folder.Remove(name);
        else folder.Set(new ListedFile(name, found.File));
        return true;
    }

    /// <summary>A second name for a file is reported under that name only; so are writes through it.</summary>
    void AddOtherNames(DictionaryFile? file)
    {
        if (file is null) return;
        names ??= Flatten()
            .Where(listed => listed.File is not null)
            .ToLookup(listed => listed.File!.Version.Identity, listed => listed.Name);
        foreach (var name in names[file.Version.Identity]) AddUntold(name);
    }

    /// <summary>The folder in which a name stands.</summary>
    FolderNode? FolderOf(string name)
    {
        var folder = top;
        for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', slash + 1))
        {
            if (folder.Folder(name[..(slash + 1)]) is not { } below) return null;
            folder = below;
        }
        return folder;
    }

    /// <summary>The first folder on the way to a name that is not known.</summary>
    string Above(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        while (FolderOf(name[..(slash + 1)]) is not null) slash = name.IndexOf('/', slash + 1);
        return name[..(slash + 1)];
    }
}
