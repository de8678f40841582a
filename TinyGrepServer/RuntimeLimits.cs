// Limits under which the runtime cannot work: it would end in the middle of something, with a stack trace or "Out of memory.".
// Checked in Main once the limit of open files has been raised, before anything else starts. run.sh checks the same numbers before
// there is a runtime, since under still smaller ones the runtime does not reach Main.

using TinyGrepServer.Server;

namespace TinyGrepServer;

internal static class RuntimeLimits
{
    const long LeastDescriptors = 192;
    const long LeastAddressSpace = 6L << 30;
    const long LeastProcesses = 64;

    /// <summary>What is too small, with what it should be; null where all is well.</summary>
    public static string? Shortage()
    {
        if (ProcessLimits.OpenFiles is var files && files < LeastDescriptors)
            return Say("open files", $"{files}", $"{LeastDescriptors}", "-n");
        if (ProcessLimits.Soft("Max address space") is { } bytes && bytes < LeastAddressSpace)
            return Say("address space", $"{bytes >> 20} MiB", $"{LeastAddressSpace >> 20} MiB", "-v");
        // Root may start as many as it likes.
        if (!Environment.IsPrivilegedProcess && ProcessLimits.Soft("Max processes") is { } threads && threads < LeastProcesses)
            return Say("processes and threads", $"{threads}", $"{LeastProcesses}", "-u");
        return null;
    }

    static string Say(string what, string limit, string least, string option) =>
        $"The limit of {what} is {limit}, and at least {least} are needed: see ulimit {option}.";
}
