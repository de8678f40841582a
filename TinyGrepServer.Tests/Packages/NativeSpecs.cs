// The native file is the same program. Its own build is tried by the tests that there are: one class of each slice, the stop and the
// traps of HttpListener, run once more by this very test program with TINYGREP_TEST_PROGRAM set to it.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Packages;

[TestClass]
public sealed class NativeSpecs
{
    static readonly string[] Classes =
    [
        "FullApiSpecs", "DictionariesSpecs", "MessagesSpecs", "MovieChangesSpecs", "LogInSpecs", "RelaySpecs", "JobLifeSpecs",
        "DashboardSpecs", "PlainPagesSpecs", "SchemaSpecs", "MetricsSpecs", "OtlpSpecs", "StorageSpecs", "StopSpecs",
        "HttpListenerTrapsSpecs",
    ];

    static string program = "";

    [ClassInitialize]
    public static async Task PublishAsync(TestContext _) => program = await MadePackages.NativeAsync();

    [TestMethod, Timeout(900_000)]
    public async Task The_tests_of_every_slice_pass_on_it()
    {
        var filter = string.Join('|', Classes.Select(name => $"ClassName~.{name}"));
        var tests = Path.Join(TestServer.BinaryFolder, "TinyGrepServer.Tests.dll");
        var start = Programs.Start("dotnet", tests, "--progress", "off", "--filter", filter);
        start.Environment["TINYGREP_TEST_PROGRAM"] = program;

        var (exitCode, output, errors) = await TestServer.RunAsync(start);

        Assert.AreEqual(0, exitCode, output + errors);
        Assert.IsGreaterThan(120, int.Parse(Regex.Match(output, @"succeeded: (\d+)").Groups[1].Value, null), output);
    }

    [TestMethod, Timeout(60_000)]
    public async Task It_raises_the_limit_of_open_files_as_the_runtime_does()
    {
        var start = Programs.Start("bash", "-c", "ulimit -Sn 200; exec \"$@\"", "bash", program, "--port", "0");
        await using var server = await TestServer.AttachAsync(System.Diagnostics.Process.Start(start)!);

        var limits = await File.ReadAllTextAsync($"/proc/{server.Process.Id}/limits");

        Assert.MatchesRegex(@"Max open files +(\d+) +\1 ", limits);
    }

    [TestMethod, Timeout(60_000)]
    public async Task It_is_one_file_that_runs_alone()
    {
        using var folder = new TemporaryFolder();
        var copy = Path.Join(folder.Path, "tinygrep");
        File.Copy(program, copy);
        folder.Write("notes/a.txt", "a needle\n");
        var start = Programs.Start("env", "-i", "PATH=/usr/bin:/bin", copy, Path.Join(folder.Path, "notes"), "--port", "0");
        start.WorkingDirectory = "/";
        await using var server = await TestServer.AttachAsync(System.Diagnostics.Process.Start(start)!);

        var answer = await server.Http.GetStringAsync("/api/v1/search?q=needle");
        var page = await server.Http.GetStringAsync("/");
        server.Signal(TestServer.Terminate);

        Assert.Contains("\"count\":1", answer);
        Assert.Contains("<html", page);
        Assert.AreEqual(0, await server.WaitForExitAsync(), server.Log);
        Assert.IsLessThan(40L << 20, new FileInfo(program).Length);
    }
}
