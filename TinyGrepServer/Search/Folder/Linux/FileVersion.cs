// Identifies one content of a file. .NET shows neither the change time nor the inode, and the modification time alone can be set back
// (rsync -t does), so statx(2) is called directly.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <summary>A file's identity and state; two equal versions more than two seconds old mean equal content.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">Last change of the content, in nanoseconds since 1970 UTC; any program can set it.</param>
/// <param name="Changed">Last change of content or inode (ctime), in nanoseconds since 1970 UTC; no program can set it.</param>
/// <param name="Inode">The file's number on its device.</param>
/// <param name="Device">The device's number.</param>
/// <param name="Born">When it was made, in nanoseconds since 1970 UTC; 0 where the file system does not keep that.</param>
internal readonly record struct FileVersion(long Length, long Modified, long Changed, ulong Inode, ulong Device, long Born = 0)
{
    /// <summary>Clocks tick coarser than writes: a file this young may change again without showing it.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>Which file it is, whatever is in it and under whatever name it was found.</summary>
    public FileIdentity Identity => new(Device, Inode, Born);

    public DateTimeOffset ModifiedAt => DateTimeOffset.UnixEpoch.AddTicks(Modified / 100);

    /// <summary>False for a file that changed in the last two seconds. What it claims (it may be dated 2040) does not matter.</summary>
    public bool IsSettled(DateTimeOffset now) => Changed < SettledBefore(now);

    /// <summary>What changed before this has settled; in nanoseconds since 1970 UTC.</summary>
    public static long SettledBefore(DateTimeOffset now) => (now - DateTimeOffset.UnixEpoch - Settling).Ticks * 100;

    /// <summary>The version of a regular file, links followed; null for anything else and for nothing.</summary>
    public static FileVersion? OfRegularFile(string path) => RegularOnly(FileStatus.Of(FileStatus.CurrentFolder, path, 0));

    /// <summary>The version of an open file; null if it is not a regular one.</summary>
    public static FileVersion? Of(SafeFileHandle file) => RegularOnly(FileStatus.Of(file));

    static FileVersion? RegularOnly(FileStatus? status) => status is { Kind: FileKind.Regular } regular ? regular.Version : null;
}

/// <summary>What stands under a name.</summary>
internal enum FileKind
{
    Regular,
    Folder,
    Link,

    /// <summary>A pipe, a socket, a device.</summary>
    Other,
}

/// <summary>What statx(2) tells of a name.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Version">Which, and what is in it.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Mount">The mount it lies on; 0 where the kernel does not tell (before 5.8).</param>
internal readonly record struct FileStatus(FileKind Kind, FileVersion Version, uint Links, ulong Mount)
{
    public const int CurrentFolder = -100; // AT_FDCWD
    public const int NoFollow = 0x100;     // AT_SYMLINK_NOFOLLOW
    const int EmptyPath = 0x1000;          // AT_EMPTY_PATH

    /// <summary>What an open descriptor is.</summary>
    public static FileStatus? Of(SafeFileHandle opened) => Of((int)opened.DangerousGetHandle(), "", EmptyPath);

    /// <summary>What stands under a name of an open folder; null where nothing does.</summary>
    public static FileStatus? Of(int folder, string name, int flags)
    {
        const uint Wanted = 0x7ff | 0x800 | 0x1000; // STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID
        if (Posix.Statx(folder, name, flags, Wanted, out var stat) != 0) return null;
        var version = new FileVersion(
            (long)stat.Size,
            stat.Modified.Nanoseconds,
            stat.Changed.Nanoseconds,
            stat.Inode,
            ((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor,
            stat.Born.Nanoseconds);
        return new FileStatus(KindOf(stat.Mode), version, stat.Links, stat.Mount);
    }

    static FileKind KindOf(ushort mode) => (mode & 0xF000) switch // S_IFMT
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Folder,
        0xA000 => FileKind.Link,
        _ => FileKind.Other,
    };
}
