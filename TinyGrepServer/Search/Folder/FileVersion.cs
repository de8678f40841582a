// Which content of a file we are speaking of. .NET shows neither the change time nor the inode, and the modification time
// alone can be put back (rsync -t does), so statx(2) is asked directly. Its struct is the same on every architecture.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <summary>A file's identity and state; two equal versions more than two seconds old mean equal content.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">Last change of the content, in nanoseconds since 1970 UTC.</param>
/// <param name="Changed">Last change of content or inode (ctime), in nanoseconds since 1970 UTC; no program can set it.</param>
/// <param name="Inode">The file's number on its device.</param>
/// <param name="Device">The device's number.</param>
/// <param name="Born">When it was made, in nanoseconds since 1970 UTC; 0 where the file system does not keep that.</param>
internal readonly record struct FileVersion(long Length, long Modified, long Changed, ulong Inode, ulong Device, long Born = 0)
{
    /// <summary>Clocks tick coarser than writes: a file this young may change again without showing it.</summary>
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>Which file it is, whatever is in it and under whatever name it was found.</summary>
    public FileIdentity Identity => new(Device, Inode, Born);

    public DateTimeOffset ModifiedAt => DateTimeOffset.UnixEpoch.AddTicks(Modified / 100);

    /// <summary>False for a file that changed (or claims to) in the last two seconds.</summary>
    public bool IsSettled(DateTimeOffset now) =>
        Math.Max(Modified, Changed) < ((now - DateTimeOffset.UnixEpoch - Settling).Ticks * 100);

    const int CurrentDirectory = -100; // AT_FDCWD
    const int EmptyPath = 0x1000;      // AT_EMPTY_PATH

    /// <summary>The version of a regular file, links followed; null for anything else and for nothing.</summary>
    public static FileVersion? OfRegularFile(string path) => Of(CurrentDirectory, path, 0);

    /// <summary>The version of an open file; null where it is no regular one.</summary>
    public static FileVersion? Of(SafeFileHandle file) => Of((int)file.DangerousGetHandle(), "", EmptyPath);

    /// <summary>The version of a regular file whose whole path has no link in it; null for anything else, also where the
    /// kernel cannot tell.</summary>
    public static FileVersion? OfUnlinkedFile(string path)
    {
        var how = new OpenHow(Flags: 0x280000 /* O_PATH | O_CLOEXEC */, Mode: 0, Resolve: 0x04 /* RESOLVE_NO_SYMLINKS */);
        var descriptor = Native.OpenAt2(437, CurrentDirectory, path, how, (nuint)Unsafe.SizeOf<OpenHow>());
        if (descriptor < 0) return null;
        try
        {
            return Of((int)descriptor, "", EmptyPath);
        }
        finally
        {
            _ = Native.Close((int)descriptor);
        }
    }

    static FileVersion? Of(int folder, string path, int flags)
    {
        const uint Wanted = 0x7ff | 0x800; // STATX_BASIC_STATS | STATX_BTIME
        const int TypeMask = 0xF000;       // S_IFMT
        const int Regular = 0x8000;        // S_IFREG
        if (Native.Statx(folder, path, flags, Wanted, out var stat) != 0 || (stat.Mode & TypeMask) != Regular) return null;
        return new FileVersion(
            (long)stat.Size,
            stat.Modified.Nanoseconds,
            stat.Changed.Nanoseconds,
            stat.Inode,
            ((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor,
            stat.Born.Nanoseconds);
    }

    static class Native
    {
        // The classic import marshals a string and a blittable struct without unsafe code of ours.
        [DllImport("libc", EntryPoint = "statx", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable SYSLIB1054, CA2101 // CharSet.Ansi is UTF-8 on Unix.
        public static extern int Statx(int folder, string path, int flags, uint mask, out StatxResult result);

        // openat2(2) has no wrapper in the C library; its number is the same on every architecture.
        [DllImport("libc", EntryPoint = "syscall", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern nint OpenAt2(nint number, nint folder, string path, in OpenHow how, nuint size);

        [DllImport("libc", EntryPoint = "close")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int descriptor);
#pragma warning restore SYSLIB1054, CA2101
    }

    /// <summary><c>struct open_how</c> (linux/openat2.h).</summary>
    readonly record struct OpenHow(ulong Flags, ulong Mode, ulong Resolve);

    /// <summary>The part of <c>struct statx</c> (256 bytes, linux/stat.h) that is used here.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    struct StatxResult
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(80)] public Timestamp Born;
        [FieldOffset(96)] public Timestamp Changed;
        [FieldOffset(112)] public Timestamp Modified;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }

    [StructLayout(LayoutKind.Sequential, Size = 16)]
    struct Timestamp
    {
        public long Seconds;
        public uint Fraction;

        public readonly long Nanoseconds => (Seconds * 1_000_000_000) + Fraction;
    }
}
