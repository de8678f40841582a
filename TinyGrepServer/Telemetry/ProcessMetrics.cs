// The resources the process and its garbage collector use, under the names Prometheus users know.

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TinyGrepServer.Telemetry;

internal static class ProcessMetrics
{
    public static void AddTo(Meter meter)
    {
        var started = StartTime(); // now, while there are descriptors to read it with
        meter.CreateObservableCounter(
            "process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time used, user and system.");
        meter.CreateObservableGauge("process.resident_memory", () => Environment.WorkingSet, "By", "Resident memory.");
        meter.CreateObservableGauge("process.open_fds", OpenDescriptors, "{descriptor}", "Open file descriptors.");
        meter.CreateObservableGauge("process.start_time", () => started, "s", "Start of the process, in seconds since 1970 UTC.");
        meter.CreateObservableGauge("dotnet.gc.heap", () => GC.GetTotalMemory(forceFullCollection: false), "By", "Managed heap.");
        meter.CreateObservableCounter(
            "dotnet.gc.pause.time", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time spent paused for garbage collection.");
        meter.CreateObservableCounter("dotnet.gc.allocated", () => GC.GetTotalAllocatedBytes(), "By", "Bytes allocated since the start.");
        meter.CreateObservableGauge("dotnet.thread_pool.threads", () => ThreadPool.ThreadCount, "{thread}", "Threads of the pool.");
    }

    static double StartTime()
    {
        using var self = Process.GetCurrentProcess();
        return new DateTimeOffset(self.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
    }

    static int OpenDescriptors()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() - 1; // one is the listing's own
        }
        catch (IOException)
        {
            return 0; // none left to look with
        }
    }
}
