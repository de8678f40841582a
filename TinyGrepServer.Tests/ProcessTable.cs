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
            string stat;
            try
            {
                stat = File.ReadAllText($"{folder}/stat");
            }
            catch (IOException)
            {
                continue; // gone meanwhile
            }
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // the name before it may hold anything
            yield return (id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[0][0]);
        }
    }
}
