// run.sh is the first thing anybody types. Tried in a copy of the repository whose path has a space, built from the packages
// that are on this machine already: it builds once, hands its process over to the server, and says in one line what is missing.

using System.Diagnostics;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class RunScriptSpecs
{
    static readonly string[] Tools =
        ["bash", "env", "dirname", "id", "ls", "cat", "head", "find", "touch", "grep", "awk", "mktemp", "rm", "tee", "sed"];

    static TemporaryFolder folder = null!;
    static string copy = "";

    static string Program => Path.Join(copy, "TinyGrepServer", "bin", "Release", "net10.0", "TinyGrepServer.dll");

    [ClassInitialize]
    public static async Task BuildAsync(TestContext context)
    {
        folder = new TemporaryFolder();
        copy = Path.Join(folder.Path, "tiny grep");
        CopyFolder(TestServer.Root, copy);

        var (exitCode, output, errors) = await TestServer.RunAsync(Script("search", "cache", "--limit", "1"));

        Assert.AreEqual(0, exitCode, output + errors);
        StringAssert.StartsWith(output, "quotes.txt:", StringComparison.Ordinal, "the first start builds, and stdout has the answer alone");
    }

    [ClassCleanup]
    public static void Remove() => folder.Dispose();

    [TestMethod, Timeout(120_000)]
    public async Task It_serves_from_any_folder_and_its_process_becomes_the_server()
    {
        var start = Script("--port", "0");
        start.WorkingDirectory = "/";
        await using var server = await TestServer.AttachAsync(Process.Start(start)!);

        var answer = await server.Http.GetStringAsync("/api/v1/search?q=cache&limit=1");
        var commandLine = await File.ReadAllTextAsync($"/proc/{server.Process.Id}/cmdline");
        server.Signal(TestServer.Terminate);

        StringAssert.Contains(answer, "\"count\":1", StringComparison.Ordinal);
        StringAssert.Contains(commandLine, "TinyGrepServer.dll", StringComparison.Ordinal);
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(120_000)]
    public async Task It_hands_arguments_and_exit_code_through()
    {
        var (found, output, _) = await TestServer.RunAsync(Script("search", "no * such \"text\" $HOME", "--mode", "fixed"));
        var (wrong, _, errors) = await TestServer.RunAsync(Script("--port", "x y"));

        Assert.AreEqual((1, ""), (found, output));
        Assert.AreEqual((2, "tinygrep: --port: expected an integer in 0..65535, not 'x y'.\n"), (wrong, errors));
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_second_start_does_not_build()
    {
        var before = File.GetLastWriteTimeUtc(Program);

        var (exitCode, _, errors) = await TestServer.RunAsync(Script("search", "cache"));

        Assert.AreEqual((0, ""), (exitCode, errors));
        Assert.AreEqual(before, File.GetLastWriteTimeUtc(Program));
    }

    [TestMethod, Timeout(300_000)]
    public async Task A_source_that_is_newer_than_the_build_is_built()
    {
        var before = File.GetLastWriteTimeUtc(Program);
        File.SetLastWriteTimeUtc(Path.Join(copy, "TinyGrepServer", "Units.cs"), DateTime.UtcNow);

        var (exitCode, _, errors) = await TestServer.RunAsync(Script("search", "cache"));

        Assert.AreEqual(0, exitCode, errors);
        Assert.IsGreaterThan(before, File.GetLastWriteTimeUtc(Program));
    }

    [TestMethod, Timeout(300_000)]
    public async Task An_edited_dictionary_is_searched_wherever_it_is_called_from()
    {
        await File.AppendAllTextAsync(Path.Join(copy, "dicts", "quotes.txt"), "A line that was written a moment ago.\n");
        var start = Script("search", "written a moment ago");
        start.WorkingDirectory = "/";

        var (exitCode, output, errors) = await TestServer.RunAsync(start);

        Assert.AreEqual(0, exitCode, errors);
        StringAssert.EndsWith(output, ":A line that was written a moment ago.\n", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(300_000)]
    public async Task A_source_that_does_not_compile_is_exit_code_2_and_nothing_old_runs()
    {
        var broken = Path.Join(copy, "TinyGrepServer", "Broken.cs");
        await File.WriteAllTextAsync(broken, "// Broken.\nthis is no C#\n");

        var (exitCode, output, errors) = await TestServer.RunAsync(Script("search", "cache"));
        File.Delete(broken);

        Assert.AreEqual((2, ""), (exitCode, output));
        StringAssert.EndsWith(errors, "run.sh: the build failed.\n", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(120_000)]
    public async Task Without_an_SDK_an_unbuilt_copy_says_so()
    {
        using var unbuilt = new TemporaryFolder();
        CopyFolder(TestServer.Root, unbuilt.Path);

        await AssertRefusedAsync(unbuilt.Path, Tools, "the .NET SDK 10 is missing");
    }

    [TestMethod, Timeout(120_000)]
    public async Task Without_dotnet_a_built_copy_says_so() => await AssertRefusedAsync(copy, Tools, "dotnet", ".NET");

    [TestMethod, Timeout(120_000)]
    public async Task Without_grep_it_says_so() =>
        await AssertRefusedAsync(copy, [.. Tools.Where(tool => tool != "grep"), "dotnet"], "GNU grep is missing");

    [TestMethod, Timeout(120_000)]
    public async Task A_grep_that_is_not_GNUs_is_refused()
    {
        using var bin = Links([.. Tools.Where(tool => tool != "grep"), "dotnet"]);
        bin.Script("grep", $"""
            case $1 in
                --version) echo 'grep (BSD grep, GNU compatible) 2.6.0-FreeBSD';;
                *) exec {Programs.Find("grep")} "$@";;
            esac
            """);

        await AssertRefusedAsync(copy, bin, "grep");
    }

    static async Task AssertRefusedAsync(string repository, string[] tools, params string[] named)
    {
        using var bin = Links(tools);
        await AssertRefusedAsync(repository, bin, named);
    }

    static async Task AssertRefusedAsync(string repository, TemporaryFolder bin, params string[] named)
    {
        var start = new ProcessStartInfo(Path.Join(bin.Path, "bash"), [Path.Join(repository, "run.sh"), "search", "cache"]);
        start.Environment["PATH"] = bin.Path; // no apt-get there: nothing is installed

        var (exitCode, output, errors) = await TestServer.RunAsync(start);

        Assert.AreEqual(2, exitCode, errors);
        Assert.AreEqual("", output);
        Assert.AreEqual(1, errors.Count(letter => letter == '\n'), errors);
        foreach (var name in named) StringAssert.Contains(errors, name, StringComparison.Ordinal);
    }

    static ProcessStartInfo Script(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Join(copy, "run.sh"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NuGetAudit"] = "false"; // the one step of a build that would ask the network
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // no build server stays behind, holding our pipes
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["CompileAhead"] = "false"; // the tests' own build has it
        return start;
    }

    static TemporaryFolder Links(string[] tools)
    {
        var bin = new TemporaryFolder();
        foreach (var tool in tools) File.CreateSymbolicLink(Path.Join(bin.Path, tool), Programs.Find(tool));
        return bin;
    }

    static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in new[] { "run.sh", "global.json", ".editorconfig", "Directory.Build.props", "Directory.Packages.props" })
            File.Copy(Path.Join(from, file), Path.Join(to, file));
        foreach (var name in new[] { "TinyGrepServer", "dicts" })
        {
            foreach (var file in Directory.EnumerateFiles(Path.Join(from, name), "*", SearchOption.AllDirectories))
            {
                var relative = Path.GetRelativePath(from, file);
                if (relative.Contains("/bin/", StringComparison.Ordinal) || relative.Contains("/obj/", StringComparison.Ordinal)) continue;
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(to, relative))!);
                File.Copy(file, Path.Join(to, relative));
            }
        }
    }
}
