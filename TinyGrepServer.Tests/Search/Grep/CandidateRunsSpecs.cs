// However grep gets what it has to judge (files, ranges of them, lines that a filter has chosen, parts of a long file, decoded texts, in
// one process or in several), the lines, their numbers and their bounds are those of grep over the files. The seed is printed;
// TINYGREP_TEST_SEED replays it, TINYGREP_TEST_RUNS sets how many questions are asked.

using System.Text;
using Microsoft.Win32.SafeHandles;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class CandidateRunsSpecs
{
    static readonly string[] Words =
        ["needle", "Needle", "haystack", "straw", "ne", "\e[m", "é", "日本", "\u212Aelvin", "kelvin", "aa", "a", " ", "=", "42"];
    static readonly byte[][] Broken = [[0], [0xff], [0xc3], [0xe2, 0x82]];
    static readonly string[] Terms =
    [
        "needle", "NEEDLE", "need.*straw", "needle|haystack", "^aa", "kelvin", "KELVIN", "hay[st]*k", "a*", "(needle|straw).?4", "42$",
        "é", "[0-9]+", "^$", "x*needle", "..日", "m$", "straw needle",
    ];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(300_000)]
    public async Task However_grep_gets_its_text_the_lines_are_the_same()
    {
        var seed = Knob.Of("TINYGREP_TEST_SEED", Environment.TickCount);
        TestContext.WriteLine($"TINYGREP_TEST_SEED={seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var files = WriteFiles(folder, random);

        for (var number = 0; number < Knob.Of("TINYGREP_TEST_RUNS", 60); number++)
        {
            var query = NewQuery(random);
            var asked = random.Next(6) == 0 ? files : files[1..]; // the first is the long one
            var candidates = asked.Select((path, at) => Runs.CandidateOf(10 + at, path)).ToArray();
            var isCut = random.Next(3) == 0;
            var plan = PlanOf(query, isCut ? random.Next(1, 5) : null);

            var expected = await Runs.GrepAsync(plan, candidates);

            var numbers = await NumbersAsync(query, candidates);
            var ways = Ways(plan, query, random);
            foreach (var (way, given) in ways)
            {
                var parts = query.HasContext || query.Invert ? candidates : [.. candidates.Select(one => InParts(one, numbers, random))];
                foreach (var some in new[] { candidates, parts })
                {
                    AssertSame(expected, await Runs.GrepAsync(given, some), $"seed {seed}, question {number}, {way}: {query}");
                }
            }
            if (ScanTerm.Of(query) is not { } term || isCut) continue;
            var scan = new ScanPlan { Term = term, Before = query.Before, After = query.After, CountOnly = query.CountOnly };
            var inParts = query.HasContext ? candidates : [.. candidates.Select(one => InParts(one, numbers, random))];
            foreach (var some in new[] { candidates, inParts })
            {
                AssertSame(expected, await Runs.ScanAsync(scan, some), $"seed {seed}, question {number}, scan: {query}");
            }
        }
    }

    static GrepPlan PlanOf(SearchQuery query, long? maxPerFile) => new()
    {
        Command = query.CountOnly
            ? GrepCommand.ForCount(query)
            : GrepCommand.ForMatches(query, int.MaxValue) with { MaxPerFile = maxPerFile },
    };

    static List<(string Way, GrepPlan Plan)> Ways(GrepPlan plan, SearchQuery query, Random random)
    {
        var seed = random.Next();
        var decoding = new TextDecoding(
            candidate => (HashCode.Combine(seed, candidate.Dictionary) & 3) == 0, (file, _, _) => new SlowText(file));
        var filter = PatternLiterals.Of(query) is { } literals ? new LineFilter(literals, query.IgnoreCase) : null;
        return
        [
            ("as files", plan),
            ("split", plan with { SplitsLongTexts = !query.Invert }),
            ("filtered", plan with { Filter = filter }),
            ("filtered and split", plan with { Filter = filter, SplitsLongTexts = !query.Invert }),
            ("decoded", plan with { Decoding = decoding, Filter = random.Next(2) == 0 ? filter : null }),
        ];
    }

    static SearchQuery NewQuery(Random random) => new()
    {
        Term = Terms[random.Next(Terms.Length)],
        Mode = random.Next(5) switch { 0 => SearchMode.Fixed, 1 => SearchMode.Perl, 2 => SearchMode.Basic, _ => SearchMode.Extended },
        IgnoreCase = random.Next(3) == 0,
        Word = random.Next(6) == 0,
        Line = random.Next(10) == 0,
        Invert = random.Next(10) == 0,
        Before = random.Next(4) == 0 ? random.Next(3) : 0,
        After = random.Next(4) == 0 ? random.Next(3) : 0,
        CountOnly = random.Next(6) == 0,
    };

    /// <summary>The candidate's lines cut into blocks, of which those without a match are left out, and some of them not.</summary>
    static Candidate InParts(Candidate candidate, HashSet<(int Dictionary, long Number)> numbers, Random random)
    {
        if (random.Next(5) == 0) return candidate;
        var bytes = File.ReadAllBytes(candidate.File.Path);
        List<TextRange> ranges = [];
        var (at, line) = (0, 0L);
        while (at < bytes.Length)
        {
            var (from, before, holds) = (at, line, random.Next(8) == 0);
            for (var size = bytes.Length > 1 << 20 ? random.Next(1, 4_000) : random.Next(1, 40); size > 0 && at < bytes.Length; size--)
            {
                var newline = bytes.AsSpan(at).IndexOf((byte)'\n');
                at = newline < 0 ? bytes.Length : at + newline + 1;
                holds |= numbers.Contains((candidate.Dictionary, ++line));
            }
            if (!holds) continue;
            if (ranges is [.., var last] && last.Offset + last.Length == from) ranges[^1] = last with { Length = at - last.Offset };
            else ranges.Add(new TextRange(from, at - from, before));
        }
        return candidate with { Ranges = ranges };
    }

    static async Task<HashSet<(int Dictionary, long Number)>> NumbersAsync(SearchQuery query, IReadOnlyList<Candidate> candidates)
    {
        var lines = (await Runs.GrepAsync(PlanOf(query with { CountOnly = false, Before = 0, After = 0 }, null), candidates)).Lines;
        return [.. lines.Select(line => line.Split(':')).Select(parts => (int.Parse(parts[0], null), long.Parse(parts[1], null)))];
    }

    static void AssertSame(Found expected, Found actual, string asked)
    {
        Assert.AreEqual(expected.Stop, actual.Stop, asked);
        var (lines, others) = (LinesOf(expected), LinesOf(actual));
        for (var at = 0; at < Math.Max(lines.Length, others.Length); at++)
        {
            if (lines.ElementAtOrDefault(at) != others.ElementAtOrDefault(at))
                Assert.Fail($"{asked}\nexpected {lines.ElementAtOrDefault(at)}\nactual   {others.ElementAtOrDefault(at)}");
        }
    }

    /// <summary>Everything found; of counts only those that are not zero.</summary>
    static string[] LinesOf(Found found) => [.. found.Lines.Where(line => !line.EndsWith(":0:[]", StringComparison.Ordinal))];

    static List<string> WriteFiles(TemporaryFolder folder, Random random)
    {
        List<string> files = [folder.Write("00", "")];
        File.WriteAllBytes(files[0], Text(random, 9 << 20, 3 << 20));
        for (var number = 1; number < 40; number++)
        {
            files.Add(folder.Write($"{number:00}", ""));
            File.WriteAllBytes(files[^1], random.Next(10) == 0 ? [] : Text(random, random.Next(3_000), 0));
        }
        return files;
    }

    static byte[] Text(Random random, int length, int longLine)
    {
        using var text = new MemoryStream();
        while (text.Length < length)
        {
            var isQuiet = length > 1 << 20 && random.Next(20) > 0;
            if (isQuiet) text.Write(Encoding.UTF8.GetBytes(new string('q', random.Next(200)) + "\n"));
            else if (random.Next(12) == 0) text.Write(Broken[random.Next(Broken.Length)]);
            else text.Write(Encoding.UTF8.GetBytes(random.Next(5) == 0 ? "\n" : Words[random.Next(Words.Length)]));
            if (longLine == 0 || text.Length < length / 2) continue;
            text.Write(Encoding.UTF8.GetBytes("needle" + new string('x', longLine) + " straw\n"));
            longLine = 0;
        }
        return text.ToArray();
    }

    /// <summary>The file's bytes in small pieces.</summary>
    sealed class SlowText(SafeFileHandle file) : TextSource
    {
        long at;

        public override void Dispose()
        {
        }

        protected override int ReadNext(Span<byte> buffer)
        {
            var read = RandomAccess.Read(file, buffer[..Math.Min(buffer.Length, 1_000)], at);
            at += read;
            return read;
        }
    }
}
