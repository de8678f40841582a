// Limits under which the runtime cannot work: it would end in the middle of something, with a stack trace or "Out of memory.".
// Checked in Main once the limit of open files has been raised, before anything else starts. run.sh checks the same numbers before
// there is a runtime, since under still smaller ones the runtime does not reach Main.

using TinyGrepServer.Server;

namespace TinyGrepServer;

internal static class RuntimeLimits
{
    const long MinDescriptors = 192;
    const long MinAddressSpace = 6L << 30;
    const long MinProcesses = 64;

    /// <summary>What is too small, with what it should be; null where all is well.</summary>
    public static string? Shortage()
    {
        if (ProcessLimits.OpenFiles is var files && files < MinDescriptors)
            return Say("open files", $"{files}", $"{MinDescriptors}", "-n");
        if (ProcessLimits.Soft("Max address space") is { } bytes && bytes < MinAddressSpace)
            return Say("address space", $"{bytes >> 20} MiB", $"{MinAddressSpace >> 20} MiB", "-v");
        // Root may start as many as it likes.
        if (!Environment.IsPrivilegedProcess && ProcessLimits.Soft("Max processes") is { } threads && threads < MinProcesses)
            return Say("processes and threads", $"{threads}", $"{MinProcesses}", "-u");
        return null;
    }

    static string Say(string what, string limit, string min, string option) =>
        $"The limit of {what} is {limit}, and at least {min} are needed: see ulimit {option}.";
}
