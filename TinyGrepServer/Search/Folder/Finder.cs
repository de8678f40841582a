// Turns a name into a file. It is one only if it stays inside the folder after every link on the way has been followed, if a regular
// file is there, and if it is not the server's own data. Everything else is refused exactly like a missing file, so that an answer
// reveals nothing about the rest of the disk.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <param name="root">The folder.</param>
/// <param name="closedNames">Names in it of what the server keeps; a folder's stands for all below.</param>
/// <param name="closedFiles">The same by identity, for other names of it.</param>
/// <param name="decodes">Whether files are read as a person sees them.</param>
/// <param name="isWatched">Whether changes of ordinary files are told.</param>
internal sealed class Finder(
    RootFolder root, IReadOnlyList<string> closedNames, ClosedFiles closedFiles, bool isWatched, bool decodes, TimeProvider time)
{
    const int MaxName = 4_096;

    /// <summary>What a look at a name found.</summary>
    /// <param name="File">The dictionary; null where it is none.</param>
    /// <param name="IsFolder">Whether it is a folder, not a link to one.</param>
    /// <param name="MayChangeUntold">Whether another file may stand there, or other text in it, without a word: by a link.</param>
    public readonly record struct Found(DictionaryFile? File, bool IsFolder, bool MayChangeUntold);

    /// <summary>The identities of what is closed, to be looked up once for many names.</summary>
    public IReadOnlySet<FileIdentity> Closed() => closedFiles.Look();

    /// <summary>Looks at a name, wherever links lead.</summary>
    /// <param name="before">What stood there the last time: returned again where its version says that it is the same.</param>
    /// <param name="told">The number under which it stands if it is new; see <see cref="DictionaryFile.Event"/>.</param>
    public Found Look(string name, DictionaryFile? before, long told, IReadOnlySet<FileIdentity> closed)
    {
        if (!IsProper(name) || IsClosed(name)) return default;
        var status = root.Look(name);
        if (status is { Kind: FileKind.Regular or FileKind.Folder } plain) return Of(name, name, plain, before, told, closed);
        if (root.Resolve(name) is not { } location || IsClosed(location) || root.Look(location) is not { Kind: FileKind.Regular } linked)
            return new Found(null, false, MayChangeUntold: status is not null);
        return Of(name, location, linked, before, told, closed);
    }

    /// <summary>Whether a name certainly leads where it did the last time, by whatever links: to the same version, or to nothing.</summary>
    public bool IsStill(string name, DictionaryFile? before) => root.LookThrough(name) is { Kind: FileKind.Regular } now
        ? before is { WasSettled: true } && before.Version == now.Version
        : before is null;

    /// <summary>The same for a name of an open folder that was just listed.</summary>
    public Found Look(
        SafeFileHandle folder, string name, string entry, DictionaryFile? before, long told, IReadOnlySet<FileIdentity> closed)
    {
        if (IsClosed(name)) return default;
        return FileStatus.Of((int)folder.DangerousGetHandle(), entry, FileStatus.NoFollow) switch
        {
            { Kind: FileKind.Regular or FileKind.Folder } plain => Of(name, name, plain, before, told, closed),
            { Kind: FileKind.Link } => Look(name, before, told, closed),
            _ => default,
        };
    }

    /// <summary>Opening SQLite's file, even to read it, and closing it again would take away the locks this process holds on it.</summary>
    public bool IsClosed(string name) => closedNames.Any(one => name == one || RootFolder.IsBelow(name, one));

    Found Of(
        string name, string location, FileStatus status, DictionaryFile? before, long told, IReadOnlySet<FileIdentity> closed)
    {
        if (status.Kind == FileKind.Folder) return new Found(null, IsFolder: true, false);
        var isTold = isWatched && location == name && status.Links == 1 && status.Mount == root.Status.Mount;
        if (closed.Contains(status.Version.Identity)) return new Found(null, false, !isTold);
        if (before is { WasSettled: true } && before.Version == status.Version && before.IsTold == isTold)
            return new Found(before, false, !isTold);
        var file = new DictionaryFile(root, name, location, status.Version)
        {
            IsTold = isTold,
            WasSettled = status.Version.IsSettled(time.GetUtcNow()),
            Event = told,
            IsDecoded = decodes,
        };
        return new Found(file, false, !isTold);
    }

    static bool IsProper(string name) =>
        name.Length is > 0 and <= MaxName
        && !name.Contains('\0', StringComparison.Ordinal)
        && name.Split('/').All(segment => segment is not ("" or "." or ".."));
}
