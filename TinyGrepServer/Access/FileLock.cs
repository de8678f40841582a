// One writer at a time among all processes of the machine: a file beside the one to be changed, locked with flock(2). The system
// releases the lock when its holder ends, however it ends, so a crash leaves nothing to clean up; the lock file itself stays.

using System.Runtime.InteropServices;

namespace TinyGrepServer.Access;

internal sealed partial class FileLock : IDisposable
{
    const int Exclusive = 2;
    const int NoWait = 4;
    const int WouldBlock = 11; // EAGAIN
    static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    readonly FileStream stream;

    FileLock(FileStream stream) => this.stream = stream;

    /// <summary>Waits for the lock of a file; it holds no thread for longer than five seconds.</summary>
    /// <exception cref="IOException">Another process holds it too long, or the lock file cannot be created.</exception>
    public static FileLock Take(string file)
    {
        var beside = PathOf(file);
        FileLock? taken = null;
        SpinWait.SpinUntil(() => (taken = TryTake(beside)) is not null, MaxWait); // its holder needs a few milliseconds
        return taken ?? throw new IOException("Another process is changing it and has not finished.");
    }

    /// <summary>Where the lock of a file lies.</summary>
    public static string PathOf(string file)
    {
        var path = Path.GetFullPath(file);
        return Path.Join(Path.GetDirectoryName(path), $".{Path.GetFileName(path)}.lock");
    }

    public void Dispose() => stream.Dispose();

    static FileLock? TryTake(string path)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (IOException busy) when (busy.HResult == WouldBlock) // the runtime's own lock, where that is not switched off
        {
            return null;
        }
        if (Flock((int)stream.SafeFileHandle.DangerousGetHandle(), Exclusive | NoWait) == 0) return new FileLock(stream);
        var error = Marshal.GetLastPInvokeError();
        stream.Dispose();
        return error == WouldBlock ? null : throw new IOException($"flock: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flock(int descriptor, int operation);
}
