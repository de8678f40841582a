// The files a question is asked of, with what tells this set of files from any other. It is worked out once for a state of the folder,
// and shared by all who ask the same files.

using System.Collections.Frozen;

namespace TinyGrepServer.Search;

internal sealed class FileSet
{
    /// <param name="patterns">What they were chosen by.</param>
    /// <param name="files">The files, in order; all of them can be read.</param>
    public FileSet(IReadOnlyList<string> patterns, IReadOnlyList<DictionaryFile> files)
    {
        (Patterns, Files, AreTold) = (patterns, files, true);
        foreach (var file in files)
        {
            Digest += file.Digest;
            KeyDigest += file.KeyDigest;
            LastChanged = Math.Max(LastChanged, file.Version.Changed);
            AreTold &= file.IsTold;
        }
    }

    /// <summary>The same of what is listed, where some may not be readable.</summary>
    /// <param name="patterns">What they were chosen by.</param>
    /// <param name="files">The files, in order.</param>
    /// <param name="skipped">What the rules left out.</param>
    public static FileSet Of(IReadOnlyList<string> patterns, IReadOnlyList<ListedFile> files, IEnumerable<ListedFile> skipped)
    {
        var readable = files.ToLookup(listed => listed.Skipped is null);
        return new FileSet(patterns, readable[true].Select(listed => listed.File!).ToArray())
        {
            Unreadable = [.. readable[false].Select(listed => listed.Name)],
            Skipped = skipped.CountBy(listed => listed.Skipped!).ToFrozenDictionary(StringComparer.Ordinal),
        };
    }

    public IReadOnlyList<string> Patterns { get; }

    public IReadOnlyList<DictionaryFile> Files { get; }

    /// <summary>Names of what belongs to them and cannot be read.</summary>
    public IReadOnlyList<string> Unreadable { get; private init; } = [];

    /// <summary>How many files were left out, by reason; none where the files were named.</summary>
    public FrozenDictionary<string, int> Skipped { get; private init; } = FrozenDictionary<string, int>.Empty;

    /// <summary>Names and versions of the files as one number.</summary>
    public UInt128 Digest { get; }

    /// <summary>The same with what was told of changes that versions are too coarse to show.</summary>
    public UInt128 KeyDigest { get; }

    /// <summary>When the last of them changed, in nanoseconds since 1970 UTC.</summary>
    public long LastChanged { get; }

    /// <summary>Whether every change of any of them is told.</summary>
    public bool AreTold { get; }

    /// <summary>Whether no file has changed in the last two seconds.</summary>
    public bool IsSettled(DateTimeOffset now) => LastChanged < FileVersion.SettledBefore(now);
}
