// What the image runs is the native file, and it runs as there: as an ordinary user, from a folder that nobody may write, with nothing
// beside it.

using System.Diagnostics;
using TinyGrepServer.Tests.Packages;

namespace TinyGrepServer.Tests.Deploy;

[TestClass]
public sealed class PublishSpecs
{
    static readonly TemporaryFolder Folder = new();

    static string Program => Path.Join(Folder.Path, "tinygrep");

    [ClassInitialize]
    public static async Task PublishAsync(TestContext context)
    {
        File.Copy(await MadePackages.NativeAsync(), Program);
        const UnixFileMode Enter = UnixFileMode.UserRead | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(Program, Enter);
        File.SetUnixFileMode(Folder.Path, Enter);
    }

    [ClassCleanup]
    public static void Remove()
    {
        File.SetUnixFileMode(Folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Folder.Dispose();
    }

    [TestMethod]
    public void The_image_is_built_by_the_switches_of_the_script()
    {
        const string Start = "RUN dotnet publish ";
        var image = DeployedFile.Text("Dockerfile").Split('\n').Single(line => line.StartsWith(Start, StringComparison.Ordinal));
        var script = File.ReadAllText(Path.Join(TestServer.Root, "run.sh"));

        foreach (var word in image.Split(' '))
        {
            if (word.StartsWith("-p:", StringComparison.Ordinal)) Assert.Contains(word, script);
        }
        Assert.Contains("-r linux-x64 -p:PublishAot=true", image);
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_ordinary_user_runs_it_from_a_folder_that_cannot_be_written()
    {
        if (Environment.UserName != "root") Assert.Inconclusive("Only root can start a program as somebody else.");
        using var data = new TemporaryFolder();
        File.SetUnixFileMode(data.Path, (UnixFileMode)0b111_111_111);
        var start = Programs.Start("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", Program, "--port", "0");
        start.WorkingDirectory = Folder.Path;
        start.Environment["HOME"] = "/nonexistent";
        start.Environment["TINYGREP_HOST"] = "0.0.0.0";
        start.Environment["TINYGREP_DICTS"] = Path.Join(TestServer.Root, "dicts");
        start.Environment["TINYGREP_DATA"] = Path.Join(data.Path, "kept");
        await using var server = await TestServer.AttachAsync(Process.Start(start)!);

        var answer = await server.Http.GetStringAsync("/api/v1/search?q=cache&limit=1");
        var page = await server.Http.GetStringAsync("/");
        using var kept = await server.Http.PostAsync("/messages", new StringContent("""{"message":"kept"}""", null, "application/json"));
        server.Signal(TestServer.Terminate);

        StringAssert.Contains(answer, "\"count\":1", StringComparison.Ordinal);
        StringAssert.Contains(page, "<html", StringComparison.OrdinalIgnoreCase);
        Assert.AreEqual(System.Net.HttpStatusCode.Created, kept.StatusCode, server.Log);
        Assert.IsTrue(File.Exists(Path.Join(data.Path, "kept", "tinygrep.db")));
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }
}
