// Walks a folder and everything below it: one listing per folder, one statx(2) per file, no temporary objects, on two threads. A folder
// is watched first and listed after that, so that no change is missed in between.

using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <param name="root">The folder that is served.</param>
/// <param name="finder">Turns names into files.</param>
/// <param name="inotify">Watches each folder; null: none is watched.</param>
/// <param name="told">The number under which new files stand; see <see cref="DictionaryFile.Event"/>.</param>
/// <param name="below">Whether folders below that are known already are listed, too.</param>
internal sealed class FolderWalk(RootFolder root, Finder finder, Inotify? inotify, long told, bool below = true)
{
    readonly IReadOnlySet<FileIdentity> closed = finder.Closed();
    readonly ConcurrentQueue<(FolderNode Node, FolderNode? Before)> left = new();
    readonly ConcurrentBag<Exception> failed = [];
    int pending; // folders found and not yet listed
    int files;

    /// <summary>The folders that are watched now, by their numbers.</summary>
    public ConcurrentDictionary<int, FolderNode> Watched { get; } = new();

    /// <summary>Names at which something may change without a word.</summary>
    public ConcurrentBag<string> Untold { get; } = [];

    /// <summary>Why not every folder is watched; null where they are.</summary>
    public string? WhyNotWatched { get; private set; }

    /// <summary>Files seen so far.</summary>
    public int Files => Volatile.Read(ref files);

    /// <summary>Looks at a folder.</summary>
    /// <param name="path">Empty: the root; else with its slash.</param>
    /// <param name="before">What was there the last time.</param>
    /// <exception cref="IOException">The root itself cannot be listed, or nothing can be opened now.</exception>
    public FolderNode Run(string path, FolderNode? before)
    {
        var node = new FolderNode(path);
        Enqueue(node, before);
        Parallel.Invoke(Work, Work);
        return failed.IsEmpty ? node : throw failed.First();
    }

    /// <summary>The first file in order of name that no rule leaves out, found without looking further; null: there is none.</summary>
    /// <param name="path">The folder to look in: empty, or with its slash.</param>
    /// <exception cref="NoDescriptorException">It cannot be told now.</exception>
    public static DictionaryFile? First(RootFolder root, Finder finder, string path = "")
    {
        var closed = finder.Closed();
        foreach (var entry in Entries(root, path).OrderBy(entry => entry.IsFolder ? entry.Name + "/" : entry.Name, StringComparer.Ordinal))
        {
            var name = path + entry.Name;
            var found = finder.Look(name, null, 0, closed);
            if (found.File is { ReasonToSkip: null } file) return file;
            if (found.IsFolder && First(root, finder, name + "/") is { } below) return below;
        }
        return null;
    }

    static IEnumerable<FolderEntry> Entries(RootFolder root, string path)
    {
        try
        {
            using var folder = root.OpenFolder(path.TrimEnd('/'));
            return Posix.List(folder).Where(entry => entry.IsUtf8 && !entry.Name.StartsWith('.') && !entry.Name.EndsWith('~'));
        }
        catch (Exception unlisted) when (unlisted is IOException and not NoDescriptorException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    void Enqueue(FolderNode node, FolderNode? before)
    {
        Interlocked.Increment(ref pending);
        left.Enqueue((node, before));
    }

    void Work()
    {
        SpinWait wait = default;
        while (Volatile.Read(ref pending) > 0)
        {
            if (!left.TryDequeue(out var next))
            {
                wait.SpinOnce();
                continue;
            }
            wait.Reset();
            try
            {
                List(next.Node, next.Before);
            }
            catch (FileNotFoundException) when (next.Node.Path.Length > 0)
            {
                // It has gone meanwhile.
            }
            catch (Exception unlisted) when (unlisted is IOException or UnauthorizedAccessException)
            {
                if (next.Node.Path.Length == 0 || unlisted is NoDescriptorException) failed.Add(unlisted);
                else next.Node.IsUnreadable = true;
            }
            finally
            {
                Interlocked.Decrement(ref pending);
            }
        }
    }

    void List(FolderNode node, FolderNode? before)
    {
        using var folder = root.OpenFolder(node.Path.TrimEnd('/'));
        Watch(node, folder);
        foreach (var entry in Posix.List(folder)) Take(node, before, folder, entry);
        node.Sort();
    }

    void Watch(FolderNode node, SafeFileHandle folder)
    {
        if (inotify is null) return;
        node.Watch = inotify.Watch(folder);
        if (node.Watch > 0) Watched[node.Watch] = node;
        else WhyNotWatched = "the system has no watch left for a folder; see fs.inotify.max_user_watches";
        WhyNotWatched ??= root.WhyUntoldAt(folder);
    }

    void Take(FolderNode node, FolderNode? before, SafeFileHandle folder, FolderEntry entry)
    {
        var name = node.Path + entry.Name;
        if (!entry.IsUtf8)
        {
            node.Append(new ListedFile(name, null));
            return;
        }
        var listed = before?.File(name);
        var found = entry.IsFolder
            ? new Finder.Found(null, IsFolder: !finder.IsClosed(name), false)
            : finder.Look(folder, name, entry.Name, listed?.File, told, closed);
        if (found.IsFolder)
        {
            var known = before?.Folder(name + "/");
            var folderBelow = below || known is null ? new FolderNode(name + "/") : known;
            node.Append(folderBelow);
            if (folderBelow != known) Enqueue(folderBelow, known);
        }
        if (found.MayChangeUntold) Untold.Add(name);
        if (found.File is null) return;
        Interlocked.Increment(ref files);
        node.Append(ReferenceEquals(found.File, listed?.File) ? listed! : new ListedFile(name, found.File));
    }
}
