// The files of a question, with a key that identifies this set of files. It is worked out once per state of the folder, and shared by all
// questions about the same files.

namespace TinyGrepServer.Search;

internal sealed class FileSet
{
    readonly long lastUntold; // when the last of those changed whose changes are not told
    DictionaryFile[]? byTime;

    /// <param name="entries">What they were chosen by.</param>
    /// <param name="files">The files, in order of name; all of them can be read.</param>
    public FileSet(IReadOnlyList<string> entries, DictionaryFile[] files)
    {
        (Entries, Files) = (entries, files);
        foreach (var file in files)
        {
            Digest += file.Digest;
            KeyDigest += file.KeyDigest;
            Bytes += file.Version.Length;
            LastChanged = Math.Max(LastChanged, file.Version.Changed);
            if (!file.IsTold) lastUntold = Math.Max(lastUntold, file.Version.Changed);
        }
    }

    /// <summary>The files of a choice, where some may not be readable.</summary>
    public static FileSet Of(IReadOnlyList<string> entries, Selection selection) =>
        new(entries, [.. selection.Files.Where(listed => listed.Skipped is null).Select(listed => listed.File!)])
        {
            Missing = selection.Missing,
            Unreadable = [.. selection.Files.Where(listed => listed.Skipped is not null).Select(listed => listed.Name)],
            Skipped = selection.Skipped,
        };

    public IReadOnlyList<string> Entries { get; }

    /// <summary>In order of name.</summary>
    public IReadOnlyList<DictionaryFile> Files { get; }

    /// <summary>The file of this name, or null.</summary>
    public DictionaryFile? Find(string name) =>
        NameOrder.Find(Files, name, static file => file.Name) is >= 0 and var at ? Files[at] : null;

    /// <summary>By time of change, the newest first.</summary>
    public IReadOnlyList<DictionaryFile> ByTime => byTime ??= NewestFirst.Sorted(Files);

    /// <summary>What was named and fits nothing.</summary>
    public IReadOnlyList<string> Missing { get; private init; } = [];

    /// <summary>Names of what belongs to them and cannot be read.</summary>
    public IReadOnlyList<string> Unreadable { get; private init; } = [];

    /// <summary>How many dictionaries the rules left out, by reason, in order of reason.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Skipped { get; private init; } = [];

    /// <summary>The bytes of all.</summary>
    public long Bytes { get; }

    /// <summary>Names and versions of the files as one number.</summary>
    public UInt128 Digest { get; }

    /// <summary>The same with reported changes that versions are too coarse to show.</summary>
    public UInt128 KeyDigest { get; }

    /// <summary>When the last of them changed, in nanoseconds since 1970 UTC.</summary>
    public long LastChanged { get; }

    /// <summary>Whether any change of a file would show: by a report, or by its version, if that is old enough.</summary>
    public bool ShowsChanges(DateTimeOffset now) => lastUntold < FileVersion.SettledBefore(now);

    /// <summary>Whether no file has changed in the last two seconds.</summary>
    public bool IsSettled(DateTimeOffset now) => LastChanged < FileVersion.SettledBefore(now);
}
