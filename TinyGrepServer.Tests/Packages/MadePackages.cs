// The packages and the native file, made once by run.sh for all tests that try them, as a person would make them.

using System.Diagnostics;

namespace TinyGrepServer.Tests.Packages;

internal static class MadePackages
{
    static readonly Lazy<Task> Packed = new(() => RunScriptAsync("pack"));
    static readonly Lazy<Task> Published = new(() => RunScriptAsync("publish"));

    public static string Folder => Path.Join(TestServer.Root, "artifacts");

    public static string Version { get; } = typeof(TinyServer).Assembly.GetName().Version!.ToString(3);

    /// <summary>The library and the tool, in <see cref="Folder"/>.</summary>
    public static Task PackAsync() => Packed.Value;

    /// <summary>The native file; the test is inconclusive where there is no compiler for it.</summary>
    public static async Task<string> NativeAsync()
    {
        Programs.Find("gcc");
        await Published.Value;
        return Path.Join(Folder, "tinygrep");
    }

    /// <summary>
    /// A dotnet command in a folder far from the repository. What it restores goes into that folder: a package of the same version from
    /// an earlier run must not take the place of the one that was just made.
    /// </summary>
    public static ProcessStartInfo Dotnet(TemporaryFolder folder, params string[] words)
    {
        var start = Programs.Start("dotnet", words);
        start.WorkingDirectory = folder.Path;
        start.Environment["NUGET_PACKAGES"] = Path.Join(folder.Path, "packages");
        start.Environment["NUGET_FALLBACK_PACKAGES"] =
            Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? $"{Environment.GetEnvironmentVariable("HOME")}/.nuget/packages";
        start.Environment["NuGetAudit"] = "false";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // no build server stays behind, holding our pipes
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "1";
        return start;
    }

    static async Task RunScriptAsync(string verb)
    {
        var start = Programs.Start("bash", Path.Join(TestServer.Root, "run.sh"), verb);
        start.Environment["NuGetAudit"] = "false"; // the one step that would ask the network
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        var (exitCode, output, errors) = await TestServer.RunAsync(start);
        Assert.AreEqual(0, exitCode, output + errors);
    }
}
