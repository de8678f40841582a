// A grep of the test's own making, put first on the server's PATH: for slow, noisy or broken searches that no real
// dictionary brings about reliably.

namespace TinyGrepServer.Tests;

internal static class FakeGrep
{
    /// <summary>The real one.</summary>
    public static string Real { get; } = Programs.Find("grep");

    /// <summary>A grep that sleeps for a minute where its term is <c>slow</c>, and is the real one otherwise.</summary>
    public static string SlowOnDemand { get; } =
        $"case \"$*\" in *'-e slow --'*) exec {Programs.Find("sleep")} 60;; esac\nexec {Real} \"$@\"\n";

    /// <summary>A grep that sleeps for a minute where it gets lines of which the first begins with <c>slow</c>.</summary>
    public static string SlowOnLines { get; } =
        $"read -r first rest && test \"$first\" = slow && exec {Programs.Find("sleep")} 60\n"
        + $"test -n \"$first\" || exec {Real} \"$@\"\n"
        + $"{{ echo \"$first $rest\"; cat; }} | {Real} \"$@\"\n";

    /// <summary>A grep that waits for this file to be there, and is the real one then.</summary>
    public static string UntilThereIs(string path) => $"until [ -e {path} ]; do sleep 0.01; done\nexec {Real} \"$@\"\n";

    /// <summary>Writes <c>bin/grep</c>, a shell script, and returns the environment in which a server finds it.</summary>
    public static IReadOnlyDictionary<string, string?> In(TemporaryFolder folder, string script)
    {
        var path = folder.Write("bin/grep", $"#!/bin/sh\nexport PATH={Environment.GetEnvironmentVariable("PATH")}\n{script}");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return FirstOnPath(Path.GetDirectoryName(path)!);
    }

    /// <summary>The environment in which a server looks for its programs in this folder first.</summary>
    public static IReadOnlyDictionary<string, string?> FirstOnPath(string folder) =>
        new Dictionary<string, string?> { ["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}" };
}
