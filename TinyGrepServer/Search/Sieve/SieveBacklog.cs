// Which files are still to be read, newest first. A file that changed a moment ago waits until its clock cannot hide another change,
// and one that is read again and again waits twenty times as long as its reading took. Not safe for several threads at once.

namespace TinyGrepServer.Search;

internal sealed class SieveBacklog(TimeProvider time)
{
    const int RestPerReading = 20;

    static readonly TimeSpan RestAfterFailure = TimeSpan.FromMinutes(1);

    readonly Dictionary<FileIdentity, DateTimeOffset> resting = [];
    readonly HashSet<DictionaryFile> reading = new(ReferenceEqualityComparer.Instance);
    readonly List<DictionaryFile> ready = []; // newest last
    readonly List<DictionaryFile> later = [];

    /// <summary>Files that lack facts, those that are being read included.</summary>
    public int Count => ready.Count + later.Count + reading.Count;

    /// <summary>Those of them that can be read now.</summary>
    public int Ready => ready.Count;

    /// <summary>Whether none can be read now, and none is being read.</summary>
    public bool IsIdle => ready.Count == 0 && reading.Count == 0;

    /// <summary>When the first of those that wait can be read; null: none waits.</summary>
    public DateTimeOffset? NextDue { get; private set; }

    /// <summary>Begins anew with what is lacking in this list.</summary>
    public void Plan(IReadOnlyList<DictionaryFile> files)
    {
        var now = time.GetUtcNow();
        Clear();
        foreach (var (identity, until) in resting)
        {
            if (until <= now) resting.Remove(identity);
        }
        foreach (var file in files)
        {
            if (file.Facts is { IsWithdrawn: false } || reading.Contains(file)) continue; // withdrawn: it was gone, and is back
            var due = DueOf(file);
            (due <= now ? ready : later).Add(file);
            if (due > now && (NextDue is null || due < NextDue)) NextDue = due;
        }
        ready.Sort((one, other) => one.Version.Modified.CompareTo(other.Version.Modified));
    }

    /// <summary>Forgets what is to be read.</summary>
    public void Clear()
    {
        ready.Clear();
        later.Clear();
        NextDue = null;
    }

    /// <summary>The next file to read; null: none for now.</summary>
    public DictionaryFile? Next()
    {
        while (ready.Count > 0)
        {
            var file = ready[^1];
            ready.RemoveAt(ready.Count - 1);
            if (file.Facts is { IsWithdrawn: false }) continue; // a file may be listed under two names
            reading.Add(file);
            return file;
        }
        return null;
    }

    /// <summary>A file has been read, or could not be.</summary>
    public void Finish(DictionaryFile file, TimeSpan taken)
    {
        reading.Remove(file);
        var rest = file.Facts is null ? RestAfterFailure : taken * RestPerReading;
        if (rest > FileVersion.Settling) resting[file.Version.Identity] = time.GetUtcNow() + rest;
    }

    DateTimeOffset DueOf(DictionaryFile file)
    {
        var settled = DateTimeOffset.UnixEpoch.AddTicks(file.Version.Changed / 100) + FileVersion.Settling;
        return resting.TryGetValue(file.Version.Identity, out var until) && until > settled ? until : settled;
    }
}
