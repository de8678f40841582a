// inotify(7) events of folders. .NET's FileSystemWatcher reads on a thread of its own; this is read when a question comes, and so knows
// every change that was finished before it: the kernel queues an event before write(2), rename(2), unlink(2) … return.

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <summary>Something happened in a watched folder, or to it where there is no name.</summary>
/// <param name="Watch">The folder's number.</param>
/// <param name="Mask">What happened; see <see cref="Inotify"/>.</param>
/// <param name="Name">The name in the folder; bytes that are not UTF-8 are U+FFFD.</param>
internal readonly record struct FolderEvent(int Watch, uint Mask, string Name)
{
    public bool IsOverflow => (Mask & Inotify.Overflow) != 0;

    public bool IsOfFolder => (Mask & Inotify.OfFolder) != 0;

    /// <summary>The name leads elsewhere now, or nowhere.</summary>
    public bool HasGone => (Mask & (Inotify.Deleted | Inotify.MovedFrom)) != 0;
}

internal sealed class Inotify : IDisposable
{
    public const uint Deleted = 0x200;
    public const uint MovedFrom = 0x40;
    public const uint Overflow = 0x4000;
    public const uint OfFolder = 0x40000000;
    const uint Created = 0x100;
    const uint MovedTo = 0x80;
    const uint Modified = 0x2;
    const uint Attributes = 0x4;
    const uint Wanted = Modified | Attributes | MovedFrom | MovedTo | Created | Deleted;
    const uint FoldersOnly = 0x01000000;

    readonly SafeFileHandle handle;
    readonly byte[] buffer = new byte[64 << 10];

    Inotify(SafeFileHandle handle) => this.handle = handle;

    int Descriptor => (int)handle.DangerousGetHandle();

    /// <summary>Null where the system has none left (max_user_instances) or does not know it.</summary>
    /// <exception cref="NoDescriptorException">The process has no descriptor left: inotify_init1(2) has one errno for both.</exception>
    public static Inotify? TryOpen()
    {
        var descriptor = Native.Init(Posix.NonBlocking | Posix.CloseOnExec);
        if (descriptor >= 0) return new Inotify(new SafeFileHandle(descriptor, ownsHandle: true));
        var other = Posix.Open("/", Posix.PathOnly | Posix.CloseOnExec, 0);
        if (other < 0) throw new NoDescriptorException();
        _ = Posix.Close(other);
        return null;
    }

    /// <summary>Watches an open folder, whatever its path is by now.</summary>
    /// <returns>Its number; -1 where the system has no watch left (max_user_watches) or the folder has gone.</returns>
    public int Watch(SafeFileHandle folder) =>
        Native.Add(Descriptor, $"/proc/self/fd/{folder.DangerousGetHandle()}", Wanted | FoldersOnly);

    public void Forget(int watch) => _ = Native.Remove(Descriptor, watch);

    /// <summary>Whether an event comes within this time.</summary>
    public bool Poll(TimeSpan max)
    {
        const short Readable = 1; // POLLIN
        var wanted = new Native.PollEntry { Descriptor = Descriptor, Events = Readable };
        return Native.Poll(ref wanted, 1, (int)max.TotalMilliseconds) > 0;
    }

    /// <summary>
    /// Takes the events so far, without waiting; one caller at a time. Events that come while it reads are left for the next time: in a
    /// folder that changes faster than it can be read, this would not end otherwise.
    /// </summary>
    public void Drain(List<FolderEvent> events)
    {
        if (Native.Control(Descriptor, Native.BytesToRead, out var told) != 0) told = int.MaxValue; // then to the end, wherever it is
        while (told > 0 && Native.Read(Descriptor, buffer, buffer.Length) is var read and > 0)
        {
            told -= (int)read;
            for (var rest = buffer.AsSpan(0, (int)read); rest.Length > 0;) rest = rest[Take(rest, events)..];
        }
    }

    /// <summary>Wakes a waiting poll, by the end of the first watch, and closes.</summary>
    public void Dispose()
    {
        Forget(1);
        handle.Dispose();
    }

    /// <summary><c>struct inotify_event</c>: watch, mask, cookie, length of the name, the name padded with NULs.</summary>
    static int Take(ReadOnlySpan<byte> from, List<FolderEvent> events)
    {
        const int Head = 16;
        var length = BinaryPrimitives.ReadInt32LittleEndian(from[12..]);
        var name = from.Slice(Head, length);
        var end = name.IndexOf((byte)0);
        events.Add(new FolderEvent(
            BinaryPrimitives.ReadInt32LittleEndian(from),
            BinaryPrimitives.ReadUInt32LittleEndian(from[4..]),
            Encoding.UTF8.GetString(end < 0 ? name : name[..end])));
        return Head + length;
    }

    static class Native
    {
        // The classic import: the source generator would write the same calls in unsafe code.
#pragma warning disable SYSLIB1054, CA2101 // CharSet.Ansi is UTF-8 on Unix.
        [DllImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Init(int flags);

        [DllImport("libc", EntryPoint = "inotify_add_watch", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Add(int descriptor, string path, uint mask);

        [DllImport("libc", EntryPoint = "inotify_rm_watch")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Remove(int descriptor, int watch);

        public const ulong BytesToRead = 0x541B; // FIONREAD

        [DllImport("libc", EntryPoint = "ioctl")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Control(int descriptor, ulong request, out int value);

        [DllImport("libc", EntryPoint = "read")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern nint Read(int descriptor, [Out] byte[] buffer, nint length);

        [DllImport("libc", EntryPoint = "poll")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Poll(ref PollEntry entries, ulong count, int milliseconds);
#pragma warning restore SYSLIB1054, CA2101

        /// <summary><c>struct pollfd</c>.</summary>
        [StructLayout(LayoutKind.Sequential)]
        public struct PollEntry
        {
            public int Descriptor;
            public short Events;
            public short Returned;
        }
    }
}
