// The next question sees the last change, whatever it was and however changes are noticed: after each random change of a tree a random
// question is answered as grep answers it on the disk at that moment. TINYGREP_TEST_STEPS (of all rows together) and
// TINYGREP_TEST_FILES set the length; the seed is printed, and TINYGREP_TEST_SEED replays it.

using System.Text;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class ChangingTreeSpecs
{
    const int Stop = 19;
    const int Continue = 18;

    static readonly string[] Terms = ["needle", "straw", "barn", "n.*w", "[Nn]eedle", "pin$"];

    [TestMethod, Timeout(3_600_000)]
    [DataRow("auto", 75, false, DisplayName = "watched")]
    [DataRow("off", 20, false, DisplayName = "walked")]
    [DataRow("auto", 5, true, DisplayName = "watched, with more changes than the system keeps")]
    public async Task The_next_question_sees_the_last_change(string watch, int share, bool floods)
    {
        var steps = Knob.Of("TINYGREP_TEST_STEPS", 2_000) * share / 100;
        var seed = Knob.Of("TINYGREP_TEST_SEED", Environment.TickCount);
        Console.WriteLine($"TINYGREP_TEST_SEED={seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var top = Directory.CreateDirectory(Path.Join(folder.Path, "dicts")).FullName;
        var tree = new ChangingTree(top, Directory.CreateDirectory(Path.Join(folder.Path, "outside")).FullName, random);
        tree.Fill(Knob.Of("TINYGREP_TEST_FILES", 500));
        await using var server = await TestServer.StartAsync("--dicts", top, "--watch", watch, "--log-level", "warning");
        List<string> done = [];

        for (var step = 0; step < steps; step++)
        {
            if (floods) server.Signal(Stop);
            if (floods) done.Add(tree.Flood());
            done.Add(tree.Change());
            if (floods) server.Signal(Continue);
            var term = Terms[random.Next(Terms.Length)];
            var expected = await GrepAsync(top, term);
            var found = await AskAsync(server, term);
            if (expected.SequenceEqual(found)) continue;
            var (left, more) = (expected.Except(found).Take(3), found.Except(expected).Take(3));
            Assert.Fail(
                $"seed {seed}, step {step}, term {term}, after {string.Join("; ", done.TakeLast(4))}: "
                    + $"not found {string.Join(", ", left)}; found {string.Join(", ", more)}");
        }

        Assert.DoesNotContain("not watched", server.Log);
    }

    /// <summary>What the server finds, page by page.</summary>
    static async Task<List<string>> AskAsync(TestServer server, string term)
    {
        List<string> found = [];
        string? cursor = null;
        do
        {
            var answered = await server.FullAsync(new { q = term, limit = 10_000, cursor }).OkAsync();
            found.AddRange(answered.Matches.Select(match =>
                $"{match.GetProperty("dictionary").GetString()}:{match.GetProperty("line").GetInt64()}:{match.TextOf()}"));
            cursor = answered.Json.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return found;
    }

    /// <summary>What grep finds in every file that is there now, links that stay inside followed, in order of name.</summary>
    static async Task<IReadOnlyList<string>> GrepAsync(string top, string term)
    {
        var files = ChangingTree.FilesIn(top);
        var links = ChangingTree.FilesIn(top, withLinks: true).Except(files);
        List<string> names =
        [
            .. files.Concat(links.Where(link => IsInside(link, top)))
                .Select(path => path[(top.Length + 1)..])
                .Order(StringComparer.Ordinal),
        ];
        var start = new System.Diagnostics.ProcessStartInfo("xargs", ["-0", "grep", "-n", "-a", "-H", "-Z", "-e", term, "--", "/dev/null"])
        {
            WorkingDirectory = top,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var grep = System.Diagnostics.Process.Start(start)!;
        var output = grep.StandardOutput.ReadToEndAsync();
        await grep.StandardInput.WriteAsync(string.Join('\0', names));
        grep.StandardInput.Close();
        return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Replace('\0', ':'))];
    }

    static bool IsInside(string link, string top)
    {
        var target = File.ResolveLinkTarget(link, returnFinalTarget: true)!.FullName;
        return target.StartsWith(top + "/", StringComparison.Ordinal) && File.Exists(target);
    }
}
