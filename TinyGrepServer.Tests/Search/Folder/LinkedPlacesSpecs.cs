// Links in a watched folder: the next question sees what has become of the place a link leads to, whichever way that was told. Each step
// is something that people or programs do to a tree with links in it.

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class LinkedPlacesSpecs
{
    static readonly string[] Names =
    [
        "chain.txt", "deep/down/a.txt", "deep/link.txt", "deep/up/a.txt", "gone/a.txt", "gone/same.txt", "link.txt", "out.txt",
        "other/a.txt", "other/same.txt", "real/a.txt", "real/same.txt", "second.txt", "through.txt",
    ];

    [TestMethod, Timeout(120_000)]
    public async Task The_next_question_sees_what_stands_at_the_end_of_a_link()
    {
        using var folder = new TemporaryFolder();
        string At(string name) => Path.Join(folder.Path, "d", name);
        folder.Write("d/real/a.txt", "a needle\n");
        folder.Write("d/other/a.txt", "another needle\n");
        folder.Write("d/deep/down/a.txt", "a deep needle\n");
        folder.Write("outside.txt", "a needle outside\n");
        Directory.CreateSymbolicLink(At("folder"), "real");
        foreach (var (name, text) in new[]
        {
            ("link.txt", "real/a.txt"), ("deep/link.txt", "./../real/a.txt"), ("real/same.txt", "a.txt"), ("chain.txt", "link.txt"),
            ("through.txt", "folder/a.txt"), ("out.txt", "../outside.txt"), ("second.txt", "deep/down/../../real/a.txt"),
        }) File.CreateSymbolicLink(At(name), text);
        await using var server = await TestServer.StartAsync("--dicts", At(""), "--log-level", "warning");
        (string Done, Action Do)[] steps =
        [
            ("nothing", () => { }),
            ("written in place, its times put back", () => WriteInPlace(At("real/a.txt"), "b needle\n")),
            ("written by a link", () => File.WriteAllText(At("link.txt"), "by a link: needle\n")),
            ("replaced", () => Replace(At("real/a.txt"), "a new needle\n")),
            ("deleted", () => File.Delete(At("real/a.txt"))),
            ("made again", () => File.WriteAllText(At("real/a.txt"), "a needle again\n")),
            ("its folder moved away", () => Directory.Move(At("real"), At("gone"))),
            ("another folder in its place", () => Directory.Move(At("other"), At("real"))),
            ("a link to a folder in its place", () =>
            {
                Directory.Move(At("real"), At("other"));
                Directory.CreateSymbolicLink(At("real"), "gone");
            }),
            ("that link led elsewhere", () => Retarget(At("real"), "other")),
            ("written where it leads now", () => File.WriteAllText(At("other/a.txt"), "where it leads: needle\n")),
            ("the folder itself again", () =>
            {
                File.Delete(At("real"));
                Directory.Move(At("gone"), At("real"));
            }),
            ("the link led elsewhere", () => Retarget(At("link.txt"), "deep/down/a.txt")),
            ("written there", () => File.AppendAllText(At("deep/down/a.txt"), "one more needle\n")),
            ("written outside", () => File.AppendAllText(Path.Join(folder.Path, "outside.txt"), "unseen needle\n")),
            ("a folder on its way moved", () => Directory.Move(At("deep/down"), At("deep/up"))),
            ("and back", () => Directory.Move(At("deep/up"), At("deep/down"))),
            ("a folder in its place", () =>
            {
                File.Delete(At("deep/down/a.txt"));
                Directory.CreateDirectory(At("deep/down/a.txt"));
            }),
            ("a file there again", () =>
            {
                Directory.Delete(At("deep/down/a.txt"));
                File.WriteAllText(At("deep/down/a.txt"), "a needle at last\n");
            }),
            ("written once more", () => File.AppendAllText(At("deep/down/a.txt"), "and a last needle\n")),
        ];

        foreach (var (done, step) in steps)
        {
            step();
            var found = (await server.FullAsync(new { q = "needle" }).OkAsync()).Matches
                .Select(match => $"{match.GetProperty("dictionary").GetString()}: {match.TextOf()}");
            Assert.AreEqual(string.Join('\n', Names.Order(StringComparer.Ordinal).SelectMany(Lines)), string.Join('\n', found), done);
        }

        IEnumerable<string> Lines(string name) =>
            name == "out.txt" || Path.GetDirectoryName(name)!.Split('/').Any(part => IsLink(At(part)))
                ? []
                : Read(At(name)).Select(line => $"{name}: {line}");
    }

    /// <summary>What the system reads there; nothing where there is no file.</summary>
    static string[] Read(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception nothing) when (nothing is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static bool IsLink(string path) => new DirectoryInfo(path).LinkTarget is not null;

    static void WriteInPlace(string path, string text)
    {
        var time = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, time);
    }

    static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".new~", text);
        File.Move(path + ".new~", path, overwrite: true);
    }

    static void Retarget(string path, string text)
    {
        File.Delete(path);
        File.CreateSymbolicLink(path, text);
    }
}
