// How far NULs go on in a file. A log that was truncated under its writer's hands (logrotate's copytruncate) begins with a hole as
// long as all that was written before, often gigabytes: lseek(2) tells where the data begin without reading it. A copy of
// such a file holds real NULs, which are read, but not for ever.

using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal static class NulRun
{
    /// <summary>The most NULs that are read one by one, the ones in holes not counted.</summary>
    public const int MaxRead = 64 << 20;

    const int PieceBytes = 64 << 10;
    const int SeekStart = 0;        // SEEK_SET
    const int SeekData = 3;         // SEEK_DATA
    const int NoSuchDeviceOrAddress = 6; // ENXIO: nothing but a hole up to the end

    /// <summary>The first byte at or after the offset that is not NUL; null: none, or none among those that are read.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static long? End(SafeFileHandle file, long offset)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (var budget = MaxRead; budget > 0 && BeginOfData(file, offset) is { } data;)
            {
                var read = RandomAccess.Read(file, piece.AsSpan(0, PieceBytes), data);
                if (read == 0) return null;
                var other = piece.AsSpan(0, read).IndexOfAnyExcept((byte)0);
                if (other >= 0) return data + other;
                offset = data + read;
                budget -= read;
            }
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>The offset itself where the file system does not tell; null: nothing follows.</summary>
    static long? BeginOfData(SafeFileHandle file, long offset)
    {
        var descriptor = (int)file.DangerousGetHandle();
        var data = Native.Seek(descriptor, offset, SeekData);
        if (data < 0) return Marshal.GetLastPInvokeError() == NoSuchDeviceOrAddress ? null : offset;
        _ = Native.Seek(descriptor, 0, SeekStart); // whoever hands the descriptor to a child finds it at the beginning
        return data;
    }

    static class Native
    {
        // The classic import: the source generator would write the same call in unsafe code.
        [DllImport("libc", EntryPoint = "lseek", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern long Seek(int descriptor, long offset, int whence);
    }
}
