// The files of a followed question, and how far each has been read. For those that have not changed since the start only the length is
// known: of a tree of a hundred thousand files only the few that are written to are ever opened. A file that was renamed continues where
// it was; one that no longer matches the question, such as a rotated log, is read to its end; a new one is read from its beginning.

namespace TinyGrepServer.Search;

internal sealed partial class FollowedFiles : IDisposable
{
    /// <summary>As many descriptors are kept.</summary>
    const int MaxOpen = 64;

    /// <summary>A file changed later than this before a look may have been written to after it.</summary>
    const long Margin = 1_000_000_000; // nanoseconds

    /// <summary>A file may say that it was born so long before it was: the clock of files goes by ticks.</summary>
    const long Tick = 10_000_000; // nanoseconds

    readonly Dictionary<FileIdentity, FollowedFile> known = [];
    readonly List<FollowedFile> departed = []; // known, and no part of the question any more; the oldest first
    readonly List<(FollowNote Kind, string Name)> notes = [];
    readonly HashSet<FileIdentity> notPlain = [];
    readonly Dictionary<FileIdentity, Passed> unopened = []; // places in files that were rotated away before they could be opened
    readonly long question;
    long seen;

    FollowedFiles(FileSet set, long question, long seen) => (Set, this.question, this.seen) = (set, question, seen);

    /// <summary>The files as they were at the last look.</summary>
    public FileSet Set { get; private set; }

    /// <summary>Begins with what is there now: only what is written from now on is new.</summary>
    /// <param name="question">See <see cref="FollowCursor.QuestionOf"/>.</param>
    /// <param name="seen">When the folder was looked at, in nanoseconds since 1970 UTC.</param>
    public static FollowedFiles FromNow(FileSet set, long question, long seen)
    {
        var files = new FollowedFiles(set, question, seen);
        if (set.Files.Count <= MaxOpen) files.KnowAll();
        return files;
    }

    /// <summary>Begins where an earlier follower was.</summary>
    /// <param name="all">All files of the folder: what has left the question may be among them.</param>
    public static FollowedFiles From(FollowCursor cursor, FileSet set, FolderSnapshot all, long question, long seen)
    {
        var files = new FollowedFiles(set, question, seen);
        Dictionary<long, Passed> left = new(cursor.Places);
        foreach (var file in set.Files) files.GoOn(file, cursor, left);
        if (left.Count > 0) files.FindDeparted(cursor, left, all);
        if (set.Files.Count <= MaxOpen) files.KnowAll();
        return files;
    }

    /// <summary>Every file in which there may be something new, as far as is known without a look.</summary>
    public IReadOnlyList<FollowedFile> Known => [.. known.Values];

    /// <summary>What has happened that followers have to know.</summary>
    public IReadOnlyList<(FollowNote Kind, string Name)> TakeNotes()
    {
        if (notes.Count == 0) return [];
        var taken = notes.ToArray();
        notes.Clear();
        return taken;
    }

    /// <summary>Takes in the files as they are now.</summary>
    /// <param name="now">Those of the question.</param>
    /// <param name="all">All of the folder, asked for where one has left the question.</param>
    /// <param name="seenAt">When the look began.</param>
    /// <param name="others">Those who may have open what was rotated away before this could open it.</param>
    /// <returns>Those in which there may be something new, in the order in which they are read.</returns>
    public IReadOnlyList<FollowedFile> Refresh(FileSet now, Func<FolderSnapshot> all, long seenAt, FollowedFiles? others = null)
    {
        List<FollowedFile> changed = [];
        if (!ReferenceEquals(now, Set))
        {
            var changes = SetChanges.Between(Set.Files, now.Files);
            changed.AddRange(changes.Changed.Select(one => Know(one.Now, one.Before.Version.Length)).OfType<FollowedFile>());
            if (changes.Gone.Count + changes.Come.Count > 0) Move(changes, now.Files, all, changed);
        }
        var borrowed = others is null ? [] : OpenedBy(others);
        OpenDeparted(now, all);
        if (others is not null) NoteLost(now, others);
        (Set, seen) = (now, seenAt);
        return [.. departed.Concat(borrowed).Concat(changed).Distinct()]; // one file may have several names
    }

    /// <summary>Where reading would go on in a file, as this knows it.</summary>
    public long EndOf(FollowedFile file) =>
        known.TryGetValue(file.Identity, out var own) ? own.Position
        : unopened.TryGetValue(file.Identity, out var passed) ? passed.Length // it is read for all, once it can be opened
        : Set.Find(file.Name) is { } untouched && untouched.Version.Identity == file.Identity ? untouched.Version.Length
        : long.MaxValue;

    /// <summary>Takes over files that another one knows and this one does not: they have left the question.</summary>
    public void Adopt(FollowedFiles other)
    {
        Borrow(other);
        foreach (var file in other.departed.Where(file => !known.ContainsKey(file.Identity)).ToList())
        {
            other.known.Remove(file.Identity);
            other.departed.Remove(file);
            known[file.Identity] = file;
            departed.Insert(0, file);
        }
    }

    /// <summary>Opens what another one has open, and this one could not; it goes on at its own place.</summary>
    public void Borrow(FollowedFiles other) => departed.AddRange(OpenedBy(other));

    /// <summary>The place now, as followers carry it.</summary>
    public string Cursor()
    {
        List<(long Key, Passed Passed)> places =
        [
            .. unopened.Select(one => (one.Key.Hash, one.Value)),
            .. known.Values.Where(file => file.Place is not null).OrderByDescending(file => file.LastRead)
                .Select(file => (file.Key, file.Place!.Value)),
        ];
        var isWhole = places.Count <= FollowCursor.MaxPlaces && Set.Files.All(file => HasPlace(file.Version.Identity));
        return FollowCursor.Write(question, seen, isWhole, [.. places.Take(FollowCursor.MaxPlaces)]);
    }

    /// <summary>Lets go of descriptors beyond those that may be kept.</summary>
    public void CloseOldest()
    {
        foreach (var file in known.Values.Where(file => file.IsOpen).OrderByDescending(file => file.LastRead).Skip(MaxOpen))
        {
            _ = file.Place;
            file.Close();
            departed.Remove(file);
        }
    }

    public void Dispose()
    {
        foreach (var file in known.Values) file.Dispose();
    }

    bool HasPlace(FileIdentity identity) => known.ContainsKey(identity) || unopened.ContainsKey(identity);

    void KnowAll()
    {
        foreach (var file in Set.Files) _ = Know(file, file.Version.Length);
    }

    void GoOn(DictionaryFile file, FollowCursor cursor, Dictionary<long, Passed> left)
    {
        if (known.ContainsKey(file.Version.Identity)) return; // by another of its names
        var key = file.Version.Identity.Hash;
        if (left.Remove(key, out var passed)) GoOnBehind(file, passed);
        else if (cursor.IsWhole || file.Version.Born > cursor.Seen) Begin(file);
        else if (file.Version.Changed <= cursor.Seen - Margin) return; // nothing new in it
        else if (Know(file, file.Version.Length) is not null) notes.Add((FollowNote.Gap, file.Name));
    }

    void GoOnBehind(DictionaryFile file, Passed passed)
    {
        unopened[file.Version.Identity] = passed;
        _ = Know(file, length: 0);
    }

    /// <summary>Finds files that have left the question since, and those that stood in their place for a while.</summary>
    void FindDeparted(FollowCursor cursor, Dictionary<long, Passed> left, FolderSnapshot all)
    {
        List<DictionaryFile> logs = [];
        foreach (var file in all.All.Select(listed => listed.File).OfType<DictionaryFile>())
        {
            var identity = file.Version.Identity;
            if (known.ContainsKey(identity) || !left.Remove(identity.Hash, out var passed)) continue;
            GoOnBehind(file, passed);
            if (known.TryGetValue(identity, out var old)) departed.Add(old);
            if (Set.Files.FirstOrDefault(one => LogGenerations.IsOneOf(file.Name, one.Name)) is { } current) logs.Add(current);
        }
        Depart(logs.SelectMany(log => LogGenerations.Between(cursor.Seen - Tick, log, all)));
        notes.AddRange(left.Values.Select(_ => (FollowNote.Gone, "")));
    }

    /// <summary>
    /// The file, open; one that is not known yet goes on at the place that is kept for it, or behind the lines that end within this length.
    /// </summary>
    FollowedFile? Know(DictionaryFile file, long length)
    {
        if (!known.TryGetValue(file.Version.Identity, out var one)) one = null;
        if (one is null && !IsPlain(file))
        {
            unopened.Remove(file.Version.Identity);
            return null;
        }
        var isNew = one is null;
        one ??= new FollowedFile(file.Version.Identity, file.Name);
        if (!one.Open(file)) return null;
        if (!isNew) return one;
        known[file.Version.Identity] = one;
        Place(one, length);
        return one;
    }

    void Place(FollowedFile one, long length)
    {
        if (unopened.Remove(one.Identity, out var passed) ? one.GoOnBehind(passed) : one.GoOnBehindLines(length)) return;
        one.GoOnAtBeginning();
        notes.Add((FollowNote.Rotated, one.Name));
    }

    bool IsPlain(DictionaryFile file)
    {
        if (file.Form is TextForm.Plain or TextForm.Utf8WithMark or TextForm.BehindHole or TextForm.Binary) return true;
        if (file.Form is null && FileVersion.OfRegularFile(file.Path)?.Identity != file.Version.Identity) return true; // rotated away
        if (notPlain.Add(file.Version.Identity)) notes.Add((FollowNote.NotPlain, file.Name));
        return false;
    }
}
