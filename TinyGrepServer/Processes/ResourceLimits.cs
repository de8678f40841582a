// What a child may use, set with prlimit(2) right after its start, and how many files this process may have open. Memory has a fixed
// limit. CPU time is a lease: a little more than the child has used, renewed every second while the server lives, so that a child whose
// server was killed ends by itself, however long a search may take. A child that has ended in between needs no limit, so a failure is
// ignored.

using System.Runtime.InteropServices;

namespace TinyGrepServer.Processes;

internal static class ResourceLimits
{
    /// <summary>How much processor time a child may use while nobody renews its lease, in seconds.</summary>
    public const int Lease = 10;

    const int ProcessorTime = 0; // RLIMIT_CPU
    const int OpenFiles = 7;     // RLIMIT_NOFILE
    const int AddressSpace = 9;  // RLIMIT_AS

    /// <summary>The hard limit this process was started with: a child keeps it, and no lease goes beyond it.</summary>
    static readonly ulong MaxProcessorTime =
        Native.GetLimit(0, ProcessorTime, nint.Zero, out var own) == 0 ? own.Hard : ulong.MaxValue;

    /// <summary>
    /// Lets this process have as many files open as it may at all. The runtime does so before Main; a native program has none that does.
    /// </summary>
    public static void RaiseOpenFiles()
    {
        if (Native.GetLimit(0, OpenFiles, nint.Zero, out var limit) == 0 && limit.Soft < limit.Hard)
            _ = Native.SetLimit(0, OpenFiles, limit with { Soft = limit.Hard }, nint.Zero);
    }

    /// <summary>The most address space a child may map.</summary>
    public static void LimitMemory(int processId, long bytes) =>
        _ = Native.SetLimit(processId, AddressSpace, new ResourceLimit((ulong)bytes, (ulong)bytes), nint.Zero);

    /// <summary>Lets a child use ten seconds of processor time more than it has used so far; then it ends with SIGXCPU.</summary>
    public static void RenewProcessorTime(int processId)
    {
        if (Native.ClockOf(processId, out var clock) != 0 || Native.ReadClock(clock, out var used) != 0) return;
        var soft = Math.Min((ulong)used.Seconds + Lease, MaxProcessorTime);
        _ = Native.SetLimit(processId, ProcessorTime, new ResourceLimit(soft, MaxProcessorTime), nint.Zero);
    }

    readonly record struct ResourceLimit(ulong Soft, ulong Hard);

    readonly record struct Timestamp(nint Seconds, nint Nanoseconds);

    static class Native
    {
#pragma warning disable SYSLIB1054 // Blittable: the source generator would add nothing but unsafe code.
        [DllImport("libc", EntryPoint = "prlimit")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int SetLimit(int processId, int resource, in ResourceLimit limit, nint old);

        [DllImport("libc", EntryPoint = "prlimit")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int GetLimit(int processId, int resource, nint limit, out ResourceLimit old);

        [DllImport("libc", EntryPoint = "clock_getcpuclockid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int ClockOf(int processId, out int clock);

        [DllImport("libc", EntryPoint = "clock_gettime")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int ReadClock(int clock, out Timestamp time);
#pragma warning restore SYSLIB1054
    }
}
