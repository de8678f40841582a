// A dictionary, found and checked: whoever holds one may hand its path to grep.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <summary>A regular file in the dictionary folder.</summary>
/// <param name="Name">Its path relative to the folder, with <c>/</c>.</param>
/// <param name="Path">Its real, absolute path, links resolved.</param>
/// <param name="Version">What it was when it was found.</param>
internal sealed record DictionaryFile(string Name, string Path, FileVersion Version)
{
    FileFacts? facts;

    /// <summary>What it was when it was found.</summary>
    public FileVersion Version
    {
        get;
        init => (field, facts) = (value, null);
    }
        = Version;

    /// <summary>What is known of this version of it; null: nothing yet. A copy with another version knows nothing.</summary>
    public FileFacts? Facts
    {
        get => Volatile.Read(ref facts);
        set => Volatile.Write(ref facts, value);
    }

    /// <summary>The same name and version; what is known of it makes no difference.</summary>
    public bool Equals(DictionaryFile? other) =>
        other is not null && Name == other.Name && Path == other.Path && Version == other.Version;

    public override int GetHashCode() => HashCode.Combine(Name, Path, Version);

    /// <summary>Opens it to be read while others may write, move or delete it.</summary>
    /// <exception cref="IOException">It cannot be read, or has gone.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public SafeFileHandle Open() => File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>This dictionary as it was opened: another file may have taken its place since it was found.</summary>
    public DictionaryFile As(SafeFileHandle opened) =>
        FileVersion.Of(opened) is { } version && version != Version ? this with { Version = version } : this;
}

/// <summary>A name in the folder and why it is left out of a search over all, if it is.</summary>
/// <param name="Name">Its path relative to the folder, with <c>/</c>.</param>
/// <param name="File">Null where it cannot be used as a dictionary at all.</param>
/// <param name="Skipped">Null, or <c>dotfile</c>, <c>backup</c>, <c>binary</c>, <c>unreadable</c>.</param>
internal sealed record ListedFile(string Name, DictionaryFile? File, string? Skipped);
