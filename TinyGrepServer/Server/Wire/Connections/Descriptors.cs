// How many files, and so connections, this process may have open at once.

namespace TinyGrepServer.Server;

internal static class Descriptors
{
    /// <summary>What a process has where nobody has said anything else.</summary>
    const long Usual = 1_024;

    /// <summary>The soft limit, from the line of /proc/self/limits that proc(5) calls so.</summary>
    public static long Limit()
    {
        const string Start = "Max open files";
        try
        {
            var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(Start, StringComparison.Ordinal));
            var soft = line[Start.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
            return long.TryParse(soft, out var limit) ? limit : long.MaxValue; // "unlimited"
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return Usual; // no /proc here
        }
    }
}
