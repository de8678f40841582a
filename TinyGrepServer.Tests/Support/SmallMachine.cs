// A server that has 1 GiB, as in a small container: in a memory cgroup of that size where this machine lets us make one, and else
// with the heap that the runtime would take there (three quarters).

namespace TinyGrepServer.Tests;

internal static class SmallMachine
{
    const long Bytes = 1L << 30;

    static readonly string Name = $"tinygrep-tests-{Environment.ProcessId}";
    static int made;

    public static Task<TestServer> StartAsync(params string[] arguments)
    {
        if (MakeGroup() is { } group)
            return TestServer.StartInShellAsync($"echo $$ > {Path.Join(group, "cgroup.procs")} && exec \"$@\"", arguments);
        var heap = new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = $"{Bytes / 4 * 3:x}" }; // in hexadecimal
        return TestServer.StartAsync(heap, arguments);
    }

    /// <summary>Removes the groups, whose processes have ended by now.</summary>
    public static void RemoveGroups()
    {
        foreach (var root in Roots().Where(Directory.Exists))
        {
            foreach (var group in Directory.GetDirectories(root, $"{Name}-*")) Directory.Delete(group);
        }
    }

    /// <summary>Where groups are made: the second version's own folder, and the first version's for memory.</summary>
    static string[] Roots() => ["/sys/fs/cgroup", "/sys/fs/cgroup/memory"];

    static string? MakeGroup()
    {
        foreach (var (root, limit) in Roots().Zip(["memory.max", "memory.limit_in_bytes"]))
        {
            if (!File.Exists(Path.Join(root, "cgroup.procs"))) continue;
            var group = Path.Join(root, $"{Name}-{Interlocked.Increment(ref made)}");
            try
            {
                Directory.CreateDirectory(group);
                File.WriteAllText(Path.Join(group, limit), $"{Bytes}");
                return group;
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // Not ours to make, or without the limit: the next one.
            }
        }
        return null;
    }
}
