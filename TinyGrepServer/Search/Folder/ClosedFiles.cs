// The server's own files are never dictionaries, whatever name they have in the folder: a hard link to the database would give away
// all of it, and opening and closing it would drop the locks SQLite holds. So these files are told by device, inode and time of
// birth, looked up by path each time, since a database is made on first use; nothing here opens them.

namespace TinyGrepServer.Search;

internal sealed class ClosedFiles(IReadOnlyList<string> paths)
{
    /// <summary>SQLite makes and removes its log at each start and end: of more than this, those that have gone are forgotten.</summary>
    const int MaxKnown = 64;

    readonly Lock gate = new();
    volatile HashSet<FileIdentity> known = [];

    /// <summary>
    /// The files that are there now, and those that were: keys that have been replaced still sign for a while, and a link to their old
    /// file still shows them.
    /// </summary>
    public IReadOnlySet<FileIdentity> Look()
    {
        List<FileIdentity> now = new(paths.Count);
        foreach (var path in paths)
        {
            if (FileVersion.OfRegularFile(path) is { } file) now.Add(file.Identity);
        }
        if (!now.TrueForAll(known.Contains)) Add(now);
        return known;
    }

    void Add(List<FileIdentity> now)
    {
        lock (gate)
        {
            var before = known.Count < MaxKnown ? known.Where(file => file.Born != 0) : [];
            known = [.. before, .. now];
        }
    }
}
