// A thread for background work. Linux has a nice value for each thread, and .NET's Thread.Priority does not set it.

using System.Runtime.InteropServices;

namespace TinyGrepServer.Search;

internal static class BackgroundThread
{
    /// <summary>A tenth of the processor beside a thread that answers, and all of it where there is none.</summary>
    const int Niceness = 10;

    /// <summary>Starts a thread that leaves the machine to others, and does not keep the process alive.</summary>
    /// <returns>False where there can be none now: the runtime opens a pipe for each, and may have no descriptor left.</returns>
    public static bool TryStart(string name, Action work)
    {
        var thread = new Thread(Work) { Name = name, IsBackground = true };
        try
        {
            thread.Start();
            return true;
        }
        catch (Exception none) when (none is OutOfMemoryException or ThreadStartException)
        {
            return false;
        }

        void Work()
        {
            const int ThisThread = 0; // PRIO_PROCESS and 0: setpriority(2) takes a thread's id, and 0 is the caller
            _ = Native.SetPriority(ThisThread, ThisThread, Niceness);
            work();
        }
    }

    static class Native
    {
#pragma warning disable SYSLIB1054 // Blittable: the source generator would add nothing but unsafe code.
        [DllImport("libc", EntryPoint = "setpriority")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int SetPriority(int which, int who, int niceness);
#pragma warning restore SYSLIB1054
    }
}
