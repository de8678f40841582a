// What the Dockerfile builds, built here with the same words, runs as an ordinary user from a folder that nobody may write.

using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Deploy;

[TestClass]
public sealed class PublishSpecs
{
    static TemporaryFolder folder = null!;

    static string Program => Path.Join(folder.Path, "publish");

    [ClassInitialize]
    public static async Task PublishAsync(TestContext context)
    {
        folder = new TemporaryFolder();
        var words = Regex.Match(DeployedFile.Text("Dockerfile"), "\nRUN dotnet (publish .*)").Groups[1].Value.Split(' ');
        Assert.AreEqual("/publish", words[^1]);

        var (exitCode, output, errors) = await TestServer.RunAsync(Programs.Build([.. words[..^1], Program]));

        Assert.AreEqual(0, exitCode, output + errors);
        const UnixFileMode Enter = UnixFileMode.UserRead | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(folder.Path, Enter | UnixFileMode.UserWrite);
        SetFolderModes(Enter);
    }

    [ClassCleanup]
    public static void Remove()
    {
        SetFolderModes(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_published_program_answers_and_stops()
    {
        var start = Programs.Start("dotnet", Path.Join(Program, "TinyGrepServer.dll"), "--port", "0");
        await using var server = await TestServer.AttachAsync(Process.Start(start)!);

        var answer = await server.Http.GetStringAsync("/api/v1/search?q=cache&limit=1");
        var page = await server.Http.GetStringAsync("/");
        server.Signal(TestServer.Terminate);

        StringAssert.Contains(answer, "\"count\":1", StringComparison.Ordinal);
        StringAssert.Contains(page, "<html", StringComparison.OrdinalIgnoreCase);
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_ordinary_user_runs_it_from_a_folder_that_cannot_be_written()
    {
        if (Environment.UserName != "root") Assert.Inconclusive("Only root can start a program as somebody else.");
        using var data = new TemporaryFolder();
        File.SetUnixFileMode(data.Path, (UnixFileMode)0b111_111_111);
        var start = Programs.Start(
            "setpriv",
            ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--",
             Programs.Find("dotnet"), Path.Join(Program, "TinyGrepServer.dll"), "--port", "0"]);
        start.WorkingDirectory = Program;
        start.Environment["HOME"] = "/nonexistent";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["TINYGREP_HOST"] = "0.0.0.0";
        start.Environment["TINYGREP_DICTS"] = Path.Join(TestServer.Root, "dicts");
        start.Environment["TINYGREP_DATA"] = Path.Join(data.Path, "kept");
        await using var server = await TestServer.AttachAsync(Process.Start(start)!);

        var answer = await server.Http.GetStringAsync("/api/v1/search?q=cache&limit=1");
        using var kept = await server.Http.PostAsync("/messages", new StringContent("""{"message":"kept"}""", null, "application/json"));

        StringAssert.Contains(answer, "\"count\":1", StringComparison.Ordinal);
        Assert.AreEqual(System.Net.HttpStatusCode.Created, kept.StatusCode, server.Log);
        Assert.IsTrue(File.Exists(Path.Join(data.Path, "kept", "tinygrep.db")));
    }

    static void SetFolderModes(UnixFileMode mode)
    {
        foreach (var inner in Directory.EnumerateDirectories(Program, "*", SearchOption.AllDirectories).Append(Program))
            File.SetUnixFileMode(inner, mode);
    }
}
