// One search by several greps: in order, ended early, with every dictionary under its own name, and with words for what could not be read.

using System.Globalization;
using System.Text;
using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class GrepRunSpecs
{
    static readonly TemporaryFolder Folder = new();

    [ClassCleanup]
    public static void Clear() => Folder.Dispose();

    [TestMethod, Timeout(60_000)]
    public async Task Thousands_of_dictionaries_are_answered_in_order()
    {
        var candidates = Enumerable.Range(0, 2_500).Select(number => Write($"many/{number}", $"x\nline {number}\n", number)).ToArray();

        var found = await Runs.GrepAsync(PlanOf("line"), candidates);
        var first = await Runs.GrepAsync(PlanOf("line"), candidates, max: 700);

        var expected = Enumerable.Range(0, 2_500).Select(number => $"{number}:2:[0,4]line {number}").ToArray();
        CollectionAssert.AreEqual(expected, found.Lines.ToArray());
        CollectionAssert.AreEqual(expected[..700], first.Lines.ToArray());
        Assert.AreEqual((StopReason.End, StopReason.Limit), (found.Stop, first.Stop));
    }

    [TestMethod]
    [DataRow(0, 1_000, true), DataRow(100, 100, false)]
    public void A_grep_gets_as_many_files_as_may_be_open_and_is_fed_where_it_may_open_none(int atOnce, int max, bool isFed)
    {
        var candidates = Enumerable.Range(0, 2_500).Select(number => Write($"open/{number}", "x\n", number)).ToArray();
        using var batches = new GrepBatches(PlanOf("x"), candidates, atOnce);
        List<GrepBatch> all = [];
        while (batches.Next() is { } batch) all.Add(batch);

        Assert.AreEqual(candidates.Length, all.Sum(batch => batch.Candidates.Count));
        Assert.AreEqual(max, all.Max(batch => batch.Candidates.Count));
        Assert.IsTrue(all.All(batch => batch.Feeds == isFed));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("grep"), DataRow("auto")]
    public async Task Two_links_to_one_file_are_answered_under_their_own_names(string engine)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "needle\n");
        File.CreateSymbolicLink(Path.Join(folder.Path, "b.txt"), "a.txt");
        File.CreateSymbolicLink(Path.Join(folder.Path, "c.txt"), "a.txt");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--engine", engine);

        var answered = await server.FullAsync(new { q = "need.e" }).OkAsync();

        CollectionAssert.AreEqual(
            new[] { "a.txt", "b.txt", "c.txt" }, answered.Matches.Select(match => match.GetProperty("dictionary").GetString()).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_dictionary_that_has_gone_is_named_and_the_others_are_answered()
    {
        Candidate[] candidates = [Write("left", "needle\n", 3), Write("gone", "needle\n", 4), Write("right", "needle\n", 5)];
        File.Delete(candidates[1].File.Path);
        TextRange[] all = [new(0, 7, 0)];
        Candidate[] inParts = [.. candidates.Select(one => one with { Ranges = all })];
        var scan = new ScanPlan { Term = "needle"u8.ToArray() };

        Found[] answers =
        [
            await Runs.GrepAsync(PlanOf("needle"), candidates),
            await Runs.GrepAsync(PlanOf("needle"), inParts),
            await Runs.ScanAsync(scan, candidates),
            await Runs.ScanAsync(scan, inParts),
        ];

        foreach (var found in answers)
        {
            CollectionAssert.AreEqual(new[] { "3:1:[0,6]needle", "5:1:[0,6]needle" }, found.Lines.ToArray());
            Assert.AreEqual(new Problem(4, Problem.Unreadable), found.Problems.Single());
            Assert.AreEqual(StopReason.Unreadable, found.Stop);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task Ranges_of_another_version_are_not_believed()
    {
        var candidate = Write("changed", "one\ntwo\n", 0) with { Ranges = [new TextRange(4, 4, 1)] };
        await File.WriteAllTextAsync(candidate.File.Path, "a needle\nmore\nneedle\n");

        var byGrep = await Runs.GrepAsync(PlanOf("needle"), [candidate]);
        var byScan = await Runs.ScanAsync(new ScanPlan { Term = "needle"u8.ToArray() }, [candidate]);

        CollectionAssert.AreEqual(new[] { "0:1:[2,8]a needle", "0:3:[0,6]needle" }, byGrep.Lines.ToArray());
        CollectionAssert.AreEqual(byGrep.Lines.ToArray(), byScan.Lines.ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_bad_pattern_is_refused_where_no_dictionary_is_left_to_be_searched()
    {
        var refused = await Assert.ThrowsExactlyAsync<ApiError>(() => Runs.GrepAsync(PlanOf("needle\\("), []));

        Assert.AreEqual(400, refused.Status);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(0, "5:1:[0,1]x; 5:2:[0,1]x; 6:1:[0,1]x")]
    [DataRow(2, "5:1:[0,1]x; 5:2:[0,1]x; 5:3-[]a; 5:4-[]x; 6:1:[0,1]x; 6:2-[]b")]
    public async Task A_dictionary_gives_no_more_than_it_may(int after, string expected)
    {
        Candidate[] candidates = [Write("first", "x\nx\na\nx\nx\n", 5), Write("second", "x\nb\n", 6)];
        var plan = PlanOf("x");
        plan = plan with { Command = plan.Command with { MaxPerFile = 2, After = after } };
        var scan = new ScanPlan { Term = "x"u8.ToArray(), After = after, MaxPerDictionary = 2 };
        TextRange[] all = [new(0, 1_000, 0)];

        var byFiles = await Runs.GrepAsync(plan, candidates);
        var fed = await Runs.GrepAsync(plan, [.. candidates.Select(one => one with { Ranges = all })]);
        var byScan = await Runs.ScanAsync(scan, candidates);

        foreach (var found in new[] { byFiles, fed, byScan }) Assert.AreEqual(expected, string.Join("; ", found.Lines));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_run_that_is_left_may_be_disposed_twice()
    {
        var candidate = Write("left in the middle", string.Concat(Enumerable.Repeat("needle\n", 1 << 20)), 0); // many parts

        await Runs.LeaveAsync(PlanOf("needle"), [candidate]);
        await Runs.LeaveAsync(new ScanPlan { Term = "needle"u8.ToArray() }, [candidate]);
    }

    [TestMethod]
    public void A_line_is_chosen_only_if_it_holds_one_literal_of_each_set()
    {
        var filter = new LineFilter(new PatternLiterals([["one"u8.ToArray(), "two"u8.ToArray()], ["three"u8.ToArray()]]), ignoreCase: true);
        var text = "one\nONE and Three\nthree\nthree, two\n\ntwo three one\none \u212Aelvin three"u8;
        List<LineFilter.Chosen> chosen = [];

        filter.Choose(text, chosen);

        var lines = string.Join('|', chosen.Select(line => line.Start.ToString(CultureInfo.InvariantCulture)));
        Assert.AreEqual("4|24|36|50", lines);
    }

    [TestMethod]
    public void A_literal_is_found_wherever_it_is_and_in_either_case()
    {
        var random = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => "abAB@`[{"[random.Next(8)]));
            var literal = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => "ab@`[{"[random.Next(6)]));

            var hit = FoldedBytes.IndexOf(Encoding.ASCII.GetBytes(text), Encoding.ASCII.GetBytes(literal));

            Assert.AreEqual(text.IndexOf(literal, StringComparison.OrdinalIgnoreCase), hit, $"'{literal}' in '{text}'");
        }
    }

    static Candidate Write(string name, string text, int dictionary) => Runs.CandidateOf(dictionary, Folder.Write(name, text));

    static GrepPlan PlanOf(string term) => new() { Command = GrepCommand.ForMatches(new SearchQuery { Term = term }, int.MaxValue) };
}
