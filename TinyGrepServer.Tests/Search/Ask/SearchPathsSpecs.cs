// search TERM PATH…: files and folders anywhere, named as they were given; what is printed is what grep -r prints. A start of the
// program takes a third of a second, so most of it is asked in this process, with the whole path of each.

using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class SearchPathsSpecs
{
    static readonly TemporaryFolder Folder = new();

    [ClassInitialize]
    public static void Write(TestContext _)
    {
        Folder.Write("notes/a.txt", "one needle\ntwo\nneedle three\n");
        Folder.Write("notes/sub/b.md", "needle\n");
        Folder.Write("notes/.hidden", "needle\n");
        Folder.Write("logs/app.log", "needle needle\nhay needle\nneedle\n");
        Folder.Write("logs/old.log", "hay\n");
        File.SetLastWriteTimeUtc(Path.Join(Folder.Path, "notes/a.txt"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.CreateSymbolicLink(Path.Join(Folder.Path, "link"), "logs/app.log");
    }

    [ClassCleanup]
    public static void Clean() => Folder.Dispose();

    [TestMethod, Timeout(60_000)]
    [DataRow("needle notes", "notes/a.txt:1:one needle|notes/a.txt:3:needle three|notes/sub/b.md:1:needle")]
    [DataRow("needle notes/", "notes/a.txt:1:one needle|notes/a.txt:3:needle three|notes/sub/b.md:1:needle")]
    [DataRow("hay logs/app.log notes", "logs/app.log:2:hay needle")]
    [DataRow("hay logs/old.log logs/app.log", "logs/old.log:1:hay|logs/app.log:2:hay needle")]
    [DataRow("hay logs logs/app.log", "logs/app.log:2:hay needle|logs/old.log:1:hay")]
    [DataRow("needle notes/.hidden", "notes/.hidden:1:needle", DisplayName = "what is named is searched")]
    [DataRow("hay link", "link:2:hay needle")]
    [DataRow("needle notes logs --exclude *.log --exclude sub", "notes/a.txt:1:one needle|notes/a.txt:3:needle three")]
    [DataRow("needle notes logs/app.log --exclude *.log --exclude sub", "notes/a.txt:1:one needle|notes/a.txt:3:needle three")]
    [DataRow("needle notes/a.txt logs --order newest --max-per-dictionary 1", "logs/app.log:1:needle needle|notes/a.txt:1:one needle")]
    [DataRow("needle notes logs --max-per-dictionary 1", "notes/a.txt:1:one needle|notes/sub/b.md:1:needle|logs/app.log:1:needle needle")]
    [DataRow("needle notes logs --count", "notes/a.txt:2|notes/sub/b.md:1|logs/app.log:3")]
    [DataRow("needle notes logs --files", "notes/a.txt|notes/sub/b.md|logs/app.log")]
    [DataRow("hay notes logs --files --invert", "notes/a.txt|notes/sub/b.md|logs/app.log")]
    [DataRow("needle notes logs --files --context 2", "notes/a.txt|notes/sub/b.md|logs/app.log")]
    [DataRow("needle notes --files --engine auto", "notes/a.txt|notes/sub/b.md")]
    [DataRow("needle notes logs --count-only", "6")]
    public async Task Files_and_folders_are_searched_as_they_are_named(string arguments, string lines)
    {
        var (exitCode, output, errors) = await SearchAsync(arguments);

        CollectionAssert.AreEqual(Split(lines, '|'), output.TrimEnd('\n').Split('\n'), output + errors);
        Assert.AreEqual((0, ""), (exitCode, errors));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Paths_may_be_relative_to_the_current_folder()
    {
        var start = TestServer.Command("search", "needle three", ".", "./notes/sub/b.md", "--mode", "words", "--dictionary", "notes/**");
        start.WorkingDirectory = Folder.Path;

        var (exitCode, output, errors) = await TestServer.RunAsync(start);

        Assert.AreEqual((0, "./notes/a.txt:3:needle three\n", ""), (exitCode, output, errors));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("needle notes logs --files --limit 2", "notes/a.txt\nnotes/sub/b.md\n", "stopped at 2 files")]
    [DataRow("needle notes logs --count --limit 1", "notes/a.txt:2\n", "stopped at 1 files")]
    public async Task A_limit_is_one_of_files_where_files_are_printed(string arguments, string printed, string said)
    {
        var (exitCode, output, errors) = await SearchAsync(arguments);

        Assert.AreEqual((0, printed), (exitCode, output));
        StringAssert.Contains(errors, said, StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("needle nowhere", "no file or folder 'nowhere'")]
    [DataRow("needle notes nowhere", "no file or folder 'nowhere'")]
    [DataRow("needle /dev/null", "'/dev/null' is not a regular file")]
    [DataRow("needle notes --dictionary nope", "There is no dictionary 'nope'")]
    [DataRow("needle notes --count --files", "--count and --files exclude each other")]
    [DataRow("needle notes --files --json", "--files and --json exclude each other")]
    [DataRow("needle notes --order oldest", "name or newest")]
    public async Task What_cannot_be_searched_is_said_with_exit_code_2(string arguments, string said)
    {
        var (exitCode, output, errors) = await SearchAsync(arguments);

        Assert.AreEqual((2, ""), (exitCode, output));
        StringAssert.Contains(errors, said, StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_entry_need_fit_in_one_of_the_paths_alone()
    {
        var (exitCode, output, _) = await SearchAsync("needle notes logs --dictionary *.log --limit 1");

        Assert.AreEqual((0, "logs/app.log:1:needle needle\n"), (exitCode, output));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Nothing_found_is_exit_code_1()
    {
        foreach (var options in new[] { "", " --files", " --count" })
            Assert.AreEqual((1, "", ""), await SearchAsync("nowhere-to-be-found notes" + options));
    }

    static string[] Split(string? text, char separator) => (text ?? "").Split(separator);

    /// <summary>Words after the first that name something in the folder are paths in it.</summary>
    static async Task<(int ExitCode, string Output, string Errors)> SearchAsync(string? arguments)
    {
        string[] words = [.. Split(arguments, ' ').Select((word, at) => at > 0 && IsPath(word) ? Path.Join(Folder.Path, word) : word)];
        using var output = new MemoryStream();
        List<string> complaints = [];
        int exitCode;
        try
        {
            var asked = (Invocation.Search)CommandLine.Parse(["search", .. words], _ => null);
            using var logs = Logs.Create(InProcess.Quiet().Log);
            exitCode = await Verbs.SearchAsync(asked, logs, output, complaints.Add);
        }
        catch (UsageError wrong)
        {
            complaints.Add(wrong.Message);
            exitCode = 2;
        }
        var printed = System.Text.Encoding.UTF8.GetString(output.ToArray());
        return (exitCode, WithoutTop(printed), WithoutTop(string.Join('\n', complaints)));
    }

    static bool IsPath(string word) => word.Split('/')[0] is "notes" or "logs" or "nowhere" or "link";

    static string WithoutTop(string text) => text.Replace(Folder.Path + "/", "", StringComparison.Ordinal);
}
