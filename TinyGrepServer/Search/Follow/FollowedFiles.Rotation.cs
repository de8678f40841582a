// Rotation: a file that was renamed continues where it was; one that no longer matches the question is read to its end, whatever its
// name; a file that took its place between two looks is read too. Names may change during this: a file that could not be opened is
// looked for again the next time.

namespace TinyGrepServer.Search;

internal sealed partial class FollowedFiles
{
    /// <summary>Files that have gone from a name and files that have come to one: the same, where they were renamed.</summary>
    void Move(SetChanges changes, IReadOnlyList<DictionaryFile> now, Func<FolderSnapshot> all, List<FollowedFile> changed)
    {
        var (gone, come) = (changes.Gone, changes.Come);
        var before = gone.ToLookup(file => file.Version.Identity);
        foreach (var file in come)
        {
            var isKnown = known.ContainsKey(file.Version.Identity);
            var old = before[file.Version.Identity].FirstOrDefault();
            if ((isKnown || old is not null ? Know(file, old?.Version.Length ?? 0) : Begin(file)) is not { } one) continue;
            if (departed.Remove(one)) one.Name = file.Name;
            changed.Add(one);
        }
        var left = gone.Count > 0 ? LeftAmong(gone, now) : [];
        if (left.Count + departed.Count == 0) return;
        Depart(left, all());
        foreach (var file in come) DepartGenerations(file, left, all());
    }

    /// <summary>Those that have no name in the question any more; the others have another one.</summary>
    List<DictionaryFile> LeftAmong(List<DictionaryFile> gone, IReadOnlyList<DictionaryFile> now)
    {
        var stay = now.ToLookup(file => file.Version.Identity);
        foreach (var file in gone)
        {
            if (known.TryGetValue(file.Version.Identity, out var one)) one.Name = stay[one.Identity].FirstOrDefault()?.Name ?? one.Name;
        }
        return [.. gone.Where(file => !stay.Contains(file.Version.Identity))];
    }

    /// <summary>Files that have left the question are read to their ends, under the names they have now.</summary>
    void Depart(List<DictionaryFile> left, FolderSnapshot all)
    {
        var wanted = left.Select(file => file.Version.Identity).Concat(departed.Select(one => one.Identity)).ToHashSet();
        var elsewhere = all.All.Select(listed => listed.File).OfType<DictionaryFile>().Where(file => wanted.Contains(file.Version.Identity))
            .ToLookup(file => file.Version.Identity);
        foreach (var file in left)
        {
            var renamed = elsewhere[file.Version.Identity].FirstOrDefault();
            var old = renamed is not null ? Know(renamed, file.Version.Length)
                : known.TryGetValue(file.Version.Identity, out var deleted) && deleted.IsOpen ? deleted
                : null;
            if (old is null && renamed is not null && unopened.ContainsKey(file.Version.Identity)) continue; // once more: at the next look
            if (old is not null) departed.Add(old);
            else notes.Add((FollowNote.Rotated, file.Name));
            unopened.Remove(file.Version.Identity);
        }
        foreach (var one in departed) one.Name = elsewhere[one.Identity].FirstOrDefault()?.Name ?? one.Name;
    }

    /// <summary>What stood in the place of a log before it, and was never seen there, is read, too.</summary>
    void DepartGenerations(DictionaryFile log, List<DictionaryFile> left, FolderSnapshot all)
    {
        long[] born =
        [
            .. left.Where(file => file.Name == log.Name).Select(file => file.Version.Born),
            .. departed.Where(one => one.Name == log.Name || LogGenerations.IsOneOf(one.Name, log.Name)).Select(one => one.Identity.Born),
        ];
        if (born.Length > 0) Depart(LogGenerations.Between(born.Max(), log, all));
    }

    /// <summary>Of these generations of a log, those that are not known are read, the oldest first.</summary>
    void Depart(IEnumerable<DictionaryFile> generations)
    {
        List<DictionaryFile> unknown =
            [.. generations.Where(file => !known.ContainsKey(file.Version.Identity)).DistinctBy(file => file.Version.Identity)];
        foreach (var file in unknown.OrderBy(file => file.Version.Born))
        {
            if (Begin(file) is { } one) departed.Add(one);
        }
    }

    /// <summary>One that is not known yet, from its beginning; where its place is known already, from there.</summary>
    FollowedFile? Begin(DictionaryFile file)
    {
        unopened.TryAdd(file.Version.Identity, Passed.Nothing);
        return Know(file, length: 0);
    }

    /// <summary>What has left the question, and could not be opened under the name it had then.</summary>
    void OpenDeparted(FileSet now, Func<FolderSnapshot> all)
    {
        if (unopened.Count == 0) return;
        var lost = unopened.Keys.Except(now.Files.Select(file => file.Version.Identity)).ToArray();
        if (lost.Length == 0) return;
        var files = all().All.Select(listed => listed.File).OfType<DictionaryFile>().ToLookup(file => file.Version.Identity);
        foreach (var identity in lost)
        {
            if (files[identity].FirstOrDefault() is { } file)
            {
                if (Know(file, length: 0) is { } one) departed.Add(one);
                continue;
            }
            unopened.Remove(identity);
            notes.Add((FollowNote.Gone, ""));
        }
    }

    /// <summary>What neither this one nor the others, who read for it from now on, could open.</summary>
    void NoteLost(FileSet now, FollowedFiles others)
    {
        foreach (var identity in unopened.Keys.Where(identity => !others.HasPlace(identity)))
        {
            var name = now.Files.FirstOrDefault(file => file.Version.Identity == identity)?.Name;
            notes.Add(name is null ? (FollowNote.Gone, "") : (FollowNote.Gap, name));
        }
    }

    /// <summary>What was rotated away before this could open it, and the others have open.</summary>
    List<FollowedFile> OpenedBy(FollowedFiles others)
    {
        List<FollowedFile> opened = [];
        foreach (var identity in unopened.Keys.ToArray())
        {
            if (!others.known.TryGetValue(identity, out var theirs) || theirs.OpenAgain() is not { } one) continue;
            known[identity] = one;
            Place(one, length: 0);
            opened.Add(one);
        }
        return opened;
    }
}
