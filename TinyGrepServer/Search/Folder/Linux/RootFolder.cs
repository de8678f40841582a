// The folder that is served, held open. Whatever is opened in it is opened beneath its descriptor and without following a link, by
// openat2(2): between the check of a name and its opening nobody can swap a folder for a link that leads out. Links are followed
// by asking where they lead first (realpath), and then opening that.

using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal sealed class RootFolder : IDisposable
{
    const int Attempts = 10; // openat2 gives EAGAIN while others rename

    readonly SafeFileHandle handle;

    RootFolder(string path, SafeFileHandle handle, FileStatus status)
    {
        Path = path;
        this.handle = handle;
        Status = status;
    }

    /// <summary>Its path as it was given, absolute, without a slash at its end.</summary>
    public string Path { get; }

    /// <summary>What it is.</summary>
    public FileStatus Status { get; }

    /// <summary>Why the system cannot tell of every change in it; null where it can.</summary>
    public string? WhyUntold => WhyUntoldOn(handle);

    int Descriptor => (int)handle.DangerousGetHandle();

    /// <summary>Opens a folder; null where there is none or it may not be read.</summary>
    /// <exception cref="NoDescriptorException">It cannot be told now.</exception>
    public static RootFolder? TryOpen(string path)
    {
        var descriptor = Posix.Open(path, Posix.ReadOnly | Posix.FolderOnly | Posix.CloseOnExec, 0);
        if (descriptor < 0 && NoDescriptorException.IsMeantBy(Posix.Errno)) throw new NoDescriptorException();
        if (descriptor < 0) return null;
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (FileStatus.Of(handle) is { } status) return new RootFolder(path, handle, status);
        handle.Dispose();
        return null;
    }

    /// <summary>Whether its path still leads here.</summary>
    public bool IsInPlace() =>
        FileStatus.Of(FileStatus.CurrentFolder, Path, 0) is { } now && now.Version.Identity == Status.Version.Identity;

    /// <summary>What stands in the folder at a location; a link is told as one. Null where nothing does.</summary>
    /// <exception cref="NoDescriptorException">It cannot be told now.</exception>
    public FileStatus? Look(string location)
    {
        using var opened = TryOpen(location, Posix.PathOnly | Posix.NoFollow, out var error);
        if (NoDescriptorException.IsMeantBy(error)) throw new NoDescriptorException();
        return opened is null ? null : FileStatus.Of(opened);
    }

    /// <summary>
    /// What a name leads to, links followed wherever they lead: good to see that it still is what was found inside, by one call.
    /// </summary>
    public FileStatus? LookThrough(string name) => FileStatus.Of(Descriptor, name, 0);

    /// <summary>Opens a regular file to be read while others may write, move or delete it.</summary>
    /// <exception cref="IOException">It cannot be read, or is gone, or is not a regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public SafeFileHandle OpenFile(string location)
    {
        var opened = TryOpen(location, Posix.ReadOnly | Posix.NonBlocking, out var error) ?? throw Refused(location, error);
        if (FileStatus.Of(opened) is { Kind: FileKind.Regular }) return opened;
        opened.Dispose();
        throw new IOException($"{location} is no longer a file.");
    }

    /// <summary>Opens a folder to be listed.</summary>
    /// <param name="location">Empty: this one.</param>
    /// <exception cref="IOException">It cannot be read, or has gone.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public SafeFileHandle OpenFolder(string location) =>
        TryOpen(location.Length == 0 ? "." : location, Posix.ReadOnly | Posix.FolderOnly, out var error) ?? throw Refused(location, error);

    /// <summary>Where a name leads, every link on the way followed: a location without links; null: outside, or nothing.</summary>
    public string? Resolve(string name)
    {
        if (Posix.RealPath(Path) is not { } root || Posix.RealPath(System.IO.Path.Join(Path, name)) is not { } path) return null;
        return IsBelow(path, root) ? path[(root == "/" ? 1 : root.Length + 1)..] : null;
    }

    /// <summary>
    /// Where a name leads by nothing but its own text: itself, or for a link the place that its text names, up first and then down.
    /// Null: outside, nowhere, or by way of other links.
    /// </summary>
    public string? PlaceOf(string name)
    {
        var text = new FileInfo(System.IO.Path.Join(Path, name)).LinkTarget;
        var place = text is null ? name : Follow(name, text);
        return place is not null && Resolve(name) == place ? place : null;
    }

    static string? Follow(string name, string text)
    {
        if (text.StartsWith('/')) return null;
        List<string> segments = [.. name.Split('/')[..^1]];
        var goesDown = false;
        foreach (var segment in text.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != "."))
        {
            if (segment != "..") segments.Add(segment);
            else if (goesDown || segments.Count == 0) return null;
            else segments.RemoveAt(segments.Count - 1);
            goesDown |= segment != "..";
        }
        return string.Join('/', segments);
    }

    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder == "/" ? folder : folder + "/", StringComparison.Ordinal);

    public void Dispose() => handle.Dispose();

    SafeFileHandle? TryOpen(string location, int flags, out int error)
    {
        const ulong Beneath = 0x08 | 0x04 | 0x02; // RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS
        const int NotPermitted = 1;               // EPERM: a filter of system calls
        const int NotThere = 38;                  // ENOSYS: an old kernel
        var how = new Posix.OpenHow((ulong)(uint)(flags | Posix.CloseOnExec), 0, Beneath);
        for (var attempt = 1; ; attempt++)
        {
            var descriptor = Posix.OpenAt2(437, Descriptor, location, how, (nuint)Unsafe.SizeOf<Posix.OpenHow>());
            error = descriptor < 0 ? Posix.Errno : 0;
            if (descriptor >= 0) return new SafeFileHandle(descriptor, ownsHandle: true);
            if (error is NotPermitted or NotThere) return TryOpenStepwise(location, flags, out error);
            if (attempt == Attempts || error is not (Posix.TryAgain or Posix.Interrupted)) return null;
        }
    }

    /// <summary>The same, segment by segment, where the kernel or a filter of its calls has no openat2.</summary>
    SafeFileHandle? TryOpenStepwise(string location, int flags, out int error)
    {
        var segments = location.Split('/');
        SafeFileHandle? folder = null;
        for (var at = 0; ; at++)
        {
            var isLast = at == segments.Length - 1;
            var wanted = isLast ? flags : Posix.PathOnly | Posix.FolderOnly;
            var from = folder is null ? Descriptor : (int)folder.DangerousGetHandle();
            var descriptor = Posix.OpenAt(from, segments[at], wanted | Posix.NoFollow | Posix.CloseOnExec, 0);
            error = descriptor < 0 ? Posix.Errno : 0;
            folder?.Dispose();
            if (descriptor < 0) return null;
            folder = new SafeFileHandle(descriptor, ownsHandle: true);
            if (isLast) return folder;
        }
    }

    /// <summary>The same for an open folder below, which may lie on another mount.</summary>
    public string? WhyUntoldAt(SafeFileHandle folder) =>
        FileStatus.Of(folder) is { } below && below.Mount != Status.Mount ? WhyUntoldOn(folder) : null;

    static string? WhyUntoldOn(SafeFileHandle folder)
    {
        if (Posix.FileSystem((int)folder.DangerousGetHandle(), out var system) != 0) return "its file system is unknown";
        return (system.Type & 0xFFFFFFFF) switch
        {
            0x6969 => "it lies on NFS",
            0x517B or 0xFF534D42 or 0xFE534D42 => "it lies on SMB",
            0x65735546 => "it lies on FUSE",
            0x01021997 => "it lies on 9p",
            0x00C36400 => "it lies on Ceph",
            0x7461636F => "it lies on OCFS2",
            0x01161970 => "it lies on GFS2",
            _ => null,
        };
    }

    static Exception Refused(string location, int error) => error switch
    {
        Posix.NoAccess => new UnauthorizedAccessException($"{location} may not be read."),
        Posix.NoSuchEntry or Posix.NotAFolder or Posix.TooManyLinks => new FileNotFoundException($"{location} has gone."),
        _ when NoDescriptorException.IsMeantBy(error) => new NoDescriptorException(),
        _ => new IOException($"{location} cannot be opened (errno {error})."),
    };
}
