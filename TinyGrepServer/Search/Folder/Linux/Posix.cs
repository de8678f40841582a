// The system calls behind the folder. .NET has none of them: it opens by path alone, follows links, and cannot be asked what has
// changed. Struct layouts and numbers are those of Linux on 64-bit architectures.

using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal static class Posix
{
    public const int NoAccess = 13;     // EACCES
    public const int NoSuchEntry = 2;   // ENOENT
    public const int NotAFolder = 20;   // ENOTDIR
    public const int TooManyLinks = 40; // ELOOP
    public const int TryAgain = 11;     // EAGAIN
    public const int Interrupted = 4;   // EINTR

    public const int ReadOnly = 0;
    public const int NonBlocking = 0x800; // O_NONBLOCK: opening a FIFO in place of a file does not hang
    public const int CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;

    // Two numbers that ARM has otherwise.
    public static readonly int FolderOnly = IsArm ? 0x4000 : 0x10000; // O_DIRECTORY
    public static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;   // O_NOFOLLOW

    static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    public static int Errno => Marshal.GetLastPInvokeError();

    // The classic import: the source generator would write the same calls in unsafe code.
#pragma warning disable SYSLIB1054, CA2101 // CharSet.Ansi is UTF-8 on Unix.
    [DllImport(
        "libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Open(string path, int flags, int mode);

    [DllImport(
        "libc", EntryPoint = "openat", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int OpenAt(int folder, string path, int flags, int mode);

    // openat2(2) has no wrapper in the C library; its number is the same on every architecture.
    [DllImport(
        "libc", EntryPoint = "syscall", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint OpenAt2(nint number, nint folder, string path, in OpenHow how, nuint size);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Close(int descriptor);

    [DllImport(
        "libc", EntryPoint = "statx", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Statx(int folder, string path, int flags, uint mask, out StatxResult result);

    [DllImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int FileSystem(int descriptor, out StatfsResult result);

    [DllImport("libc", EntryPoint = "realpath", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern nint RealPath(string path, nint buffer);

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Control(int option, nint second, nint third, nint fourth, nint fifth);

    [DllImport("libc", EntryPoint = "free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern void Free(nint pointer);

    [DllImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern nint OpenListing(int descriptor);

    [DllImport("libc", EntryPoint = "readdir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern nint ReadListing(nint listing);

    [DllImport("libc", EntryPoint = "closedir")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int CloseListing(nint listing);
#pragma warning restore SYSLIB1054, CA2101

    /// <summary>Whether other processes of this user may look into this one (PR_GET_DUMPABLE); setcap on our program closes it.</summary>
    public static bool IsOpenToOthers => Control(3, 0, 0, 0, 0) == 1;

    /// <summary>The path with every link followed, or null where there is nothing.</summary>
    public static string? RealPath(string path)
    {
        var resolved = RealPath(path, nint.Zero);
        if (resolved == nint.Zero) return null;
        try
        {
            return Marshal.PtrToStringUTF8(resolved);
        }
        finally
        {
            Free(resolved);
        }
    }

    /// <summary>The names in an open folder.</summary>
    /// <exception cref="IOException">It cannot be listed to its end: a mount that is dead.</exception>
    public static List<FolderEntry> List(SafeFileHandle folder)
    {
        var own = OpenAt((int)folder.DangerousGetHandle(), ".", ReadOnly | FolderOnly | CloseOnExec, 0);
        if (own < 0) throw NoDescriptorException.IsMeantBy(Errno) ? new NoDescriptorException() : new IOException($"errno {Errno}");
        var listing = OpenListing(own); // closes its descriptor with itself
        if (listing == nint.Zero)
        {
            var error = Errno;
            _ = Close(own);
            throw new IOException($"errno {error}");
        }
        try
        {
            List<FolderEntry> entries = [];
            while (true)
            {
                Marshal.SetLastSystemError(0);
                var entry = ReadListing(listing);
                if (entry == nint.Zero) return Errno == 0 ? entries : throw new IOException($"errno {Errno}");
                if (EntryOf(entry) is { } read) entries.Add(read);
            }
        }
        finally
        {
            _ = CloseListing(listing);
        }
    }

    /// <summary><c>struct dirent</c>: 8 bytes inode, 8 offset, 2 length, 1 type, then the name with its NUL.</summary>
    static unsafe FolderEntry? EntryOf(nint entry)
    {
        const int NameOffset = 19;
        const byte IsFolder = 4; // DT_DIR; some file systems do not tell (DT_UNKNOWN)
        var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)entry + NameOffset);
        if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8)) return null;
        var type = ((byte*)entry)[NameOffset - 1];
        return new FolderEntry(Encoding.UTF8.GetString(name), Utf8.IsValid(name), type == IsFolder);
    }

    /// <summary><c>struct open_how</c> (linux/openat2.h).</summary>
    public readonly record struct OpenHow(ulong Flags, ulong Mode, ulong Resolve);

    /// <summary>The part of <c>struct statfs</c> (120 bytes) that is used here.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct StatfsResult
    {
        [FieldOffset(0)] public long Type;
    }

    /// <summary>The part of <c>struct statx</c> (256 bytes, linux/stat.h) that is used here.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct StatxResult
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(80)] public Timestamp Born;
        [FieldOffset(96)] public Timestamp Changed;
        [FieldOffset(112)] public Timestamp Modified;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
        [FieldOffset(144)] public ulong Mount;
    }

    [StructLayout(LayoutKind.Sequential, Size = 16)]
    public struct Timestamp
    {
        public long Seconds;
        public uint Fraction;

        public readonly long Nanoseconds => (Seconds * 1_000_000_000) + Fraction;
    }
}

/// <summary>A name in a folder.</summary>
/// <param name="Name">Bytes that are not UTF-8 are U+FFFD.</param>
/// <param name="IsUtf8">Whether it can be named at all.</param>
/// <param name="IsFolder">Whether it is a folder, as far as the listing tells.</param>
internal readonly record struct FolderEntry(string Name, bool IsUtf8, bool IsFolder);
