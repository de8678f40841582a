// Limits under which the runtime cannot work: it would end in the middle of something, with a stack trace or "Out of memory.".
// Looked at first thing in Main. run.sh looks at the same numbers before there is a runtime, which under smaller ones does not
// get as far as Main.

using System.Globalization;

namespace TinyGrepServer;

internal static class RuntimeLimits
{
    const long LeastDescriptors = 160;
    const long LeastAddressSpace = 6L << 30;
    const long LeastProcesses = 64;

    /// <summary>How many files this process may have open.</summary>
    public static long Descriptors => Read("Max open files");

    /// <summary>What is too small, with what it should be; null where all is well.</summary>
    public static string? Shortage()
    {
        if (Descriptors is var files && files < LeastDescriptors)
            return Say("open files", $"{files}", $"{LeastDescriptors}", "-n");
        if (Read("Max address space") is var bytes && bytes < LeastAddressSpace)
            return Say("address space", $"{bytes >> 20} MiB", $"{LeastAddressSpace >> 20} MiB", "-v");
        if (!Environment.IsPrivilegedProcess && Read("Max processes") is var threads && threads < LeastProcesses) // root has no limit
            return Say("processes and threads", $"{threads}", $"{LeastProcesses}", "-u");
        return null;
    }

    static string Say(string what, string limit, string least, string option) =>
        $"The limit of {what} is {limit}, and at least {least} are needed: see ulimit {option}.";

    /// <summary>The soft limit in the line of /proc/self/limits that begins so (proc(5)).</summary>
    static long Read(string name)
    {
        var line = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        var soft = line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue; // "unlimited"
    }
}
