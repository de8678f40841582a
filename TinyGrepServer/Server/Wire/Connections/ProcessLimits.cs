// What this process may have, as /proc tells it: the soft limits, which are those that count.

using System.Globalization;

namespace TinyGrepServer.Server;

internal static class ProcessLimits
{
    /// <summary>What a process has where nobody has said anything else.</summary>
    const long UsualFiles = 1_024;

    /// <summary>How many files, and so connections, it may have open at once.</summary>
    public static long OpenFiles => Soft("Max open files") ?? UsualFiles;

    /// <summary>The limit in the line of /proc/self/limits that begins so (proc(5)); null where there is no such line.</summary>
    public static long? Soft(string name)
    {
        try
        {
            var line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            if (line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0] is not { } soft) return null;
            return long.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue; // "unlimited"
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return null; // no /proc here
        }
    }
}
