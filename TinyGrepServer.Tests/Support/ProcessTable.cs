// What /proc says about processes. A zombie counts as gone: where PID 1 does not reap, killed orphans stay in the table.

using System.Globalization;

namespace TinyGrepServer.Tests;

internal static class ProcessTable
{
    public static IReadOnlyList<int> ChildrenOf(int parent) =>
        [.. All().Where(process => process.Parent == parent && process.State != 'Z').Select(process => process.Id)];

    public static IReadOnlyList<int> ZombiesOf(int parent) =>
        [.. All().Where(process => process.Parent == parent && process.State == 'Z').Select(process => process.Id)];

    public static bool IsAlive(int id) => All().Any(process => process.Id == id && process.State != 'Z');

    /// <summary>
    /// The processes with <paramref name="text"/> in their command line: how greps on a test's own folder are found, whoever their
    /// parent is.
    /// </summary>
    public static IReadOnlyList<int> Mentioning(string text) =>
    [
        .. All()
            .Where(process => process.State != 'Z' && CommandLine(process.Id).Contains(text, StringComparison.Ordinal))
            .Select(process => process.Id),
    ];

    /// <summary>How many files it has open.</summary>
    public static int DescriptorsOf(int id) => Directory.GetFiles($"/proc/{id}/fd").Length;

    /// <summary>Arguments with NUL between them; empty where the process has gone.</summary>
    public static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>The id of the session a process belongs to; 0 where it has gone.</summary>
    public static int SessionOf(int id)
    {
        try
        {
            return int.Parse(Fields(id)[3], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Processor time used so far, user and system.</summary>
    public static TimeSpan ProcessorTime(int id)
    {
        const int TicksPerSecond = 100; // USER_HZ, the same on every Linux
        var fields = Fields(id);
        var (user, system) = (long.Parse(fields[11], CultureInfo.InvariantCulture), long.Parse(fields[12], CultureInfo.InvariantCulture));
        return TimeSpan.FromSeconds((double)(user + system) / TicksPerSecond);
    }

    /// <summary>Whether it may use only so much processor time; a process has none of its own until its parent gives it one.</summary>
    public static bool HasProcessorLimit(int id)
    {
        const string Start = "Max cpu time";
        try
        {
            var line = File.ReadLines($"/proc/{id}/limits").FirstOrDefault(line => line.StartsWith(Start, StringComparison.Ordinal));
            return line is not null && char.IsAsciiDigit(line[Start.Length..].Trim()[0]); // else "unlimited"
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Peak resident memory in bytes.</summary>
    public static long PeakMemory(int id)
    {
        var line = File.ReadLines($"/proc/{id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }

    static IEnumerable<(int Id, int Parent, char State)> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id)) continue;
            string[] fields;
            try
            {
                fields = Fields(id);
            }
            catch (IOException)
            {
                continue; // gone meanwhile
            }
            yield return (id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[0][0]);
        }
    }

    /// <summary>What /proc/ID/stat says from the state on; the name before it may hold anything.</summary>
    static string[] Fields(int id)
    {
        var stat = File.ReadAllText($"/proc/{id}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }
}
