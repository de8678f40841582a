// Real text and random questions: for each, the server's answer and the output of the grep that the test runs itself on the
// same file must be the same lines in the same order. The seed is printed; TINYGREP_TEST_SEED=N asks the same questions again.

using System.Globalization;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class RealTextSpecs
{
    const int Terms = 500;
    const int AtOnce = 4;

    static readonly int Seed = Knob.Of("TINYGREP_TEST_SEED", Random.Shared.Next());

    static TestServer? server;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        if (!RandomQuestions.Available) return;
        server = await TestServer.StartAsync(
            "--dicts", RandomQuestions.Folder, "--default-dictionary", RandomQuestions.Dictionaries[0], "--timeout", "60s");
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (server is not null) await server.DisposeAsync();
        RandomQuestions.Clear();
    }

    [TestMethod, Timeout(300_000)]
    public Task The_first_API_answers_random_terms_as_grep_does() =>
        AskAllAsync(new RandomQuestions(Seed).Basic().Take(Terms), AskFirstApiAsync);

    [TestMethod, Timeout(300_000)]
    public Task The_full_API_answers_random_terms_as_grep_does() =>
        AskAllAsync(new RandomQuestions(Seed + 1).AllModes().Take(Terms), AskFullApiAsync);

    static async Task AskFirstApiAsync(RandomQuestion question)
    {
        string[] options =
        [
            .. question.ContextOptions,
            .. question.Limit > 0 && !question.HasContext ? [$"-m{question.Limit}"] : Array.Empty<string>(),
        ];
        var (code, lines) = await RealGrep.RunAsync(["-n", "-a", .. options, "-e", question.Term, "--", question.File]);
        var entries = question.HasContext
            ? RealGrep.Groups(lines)
            : [.. lines.Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..])];
        if (question.Limit > 0) entries = [.. entries.Take(question.Limit)];

        var answered = await server!.FirstAsync(new
        {
            action = "search",
            term = question.Term,
            nresults = question.Limit,
            n_before = question.Before,
            n_after = question.After,
            dictionary = question.Dictionary,
        });

        if (code > 1)
        {
            Assert.AreEqual(400, answered.Status, $"{question}: grep refuses this");
            return;
        }
        Assert.AreEqual(200, answered.Status, $"{question}: {answered.Text}");
        CollectionAssert.AreEqual(entries, answered.Results, question.ToString());
        Assert.AreEqual(entries.Length, answered.Json.GetProperty("nr of entries").GetInt32(), question.ToString());
    }

    static async Task AskFullApiAsync(RandomQuestion question)
    {
        var (code, lines) = await RealGrep.RunAsync([.. question.Options, "-n", "-a", "-e", question.Term, "--", question.File]);
        var selected = lines.Select(line => line.Split(':', 2)).ToArray();
        var limit = question.Limit > 0 ? question.Limit : 10_000;

        var answered = await server!.FullAsync(question.ToRequest(limit));

        if (code > 1)
        {
            Assert.AreEqual(400, answered.Status, $"{question}: grep refuses this");
            return;
        }
        Assert.AreEqual(200, answered.Status, $"{question}: {answered.Text}");
        CollectionAssert.AreEqual(
            selected.Take(limit).ToArray().Select(pair => $"{pair[0]}:{pair[1]}").ToArray(),
            answered.Matches.Select(match => $"{match.GetProperty("line").GetInt32()}:{match.TextOf()}").ToArray(),
            question.ToString());
        Assert.AreEqual(selected.Length <= limit, answered.Json.GetProperty("complete").GetBoolean(), question.ToString());
        AssertContext(question, answered);
        await AssertPartsAsync(question, answered);
    }

    /// <summary>The lines around each match, straight from the file.</summary>
    static void AssertContext(RandomQuestion question, Answered answered)
    {
        var file = RandomQuestions.LinesOf(question.Dictionary);
        foreach (var match in answered.Matches)
        {
            var at = match.GetProperty("line").GetInt32() - 1;
            var before = file[Math.Max(0, at - question.Before)..at];
            var after = file[(at + 1)..Math.Min(file.Length, at + 1 + question.After)];
            CollectionAssert.AreEqual(before, match.Strings("before"), $"{question} line {at + 1}");
            CollectionAssert.AreEqual(after, match.Strings("after"), $"{question} line {at + 1}");
        }
    }

    /// <summary>The matched parts, as grep -o prints them.</summary>
    static async Task AssertPartsAsync(RandomQuestion question, Answered answered)
    {
        if (question.Invert || answered.Matches.Length == 0) return;
        var parts = (await RealGrep.LinesAsync([.. question.Options, "-n", "-o", "-a", "-e", question.Term, "--", question.File]))
            .Where(line => line.Length > 0) // with -x and -w, GNU grep counts the newline to the match
            .Select(line => line.Split(':', 2))
            .Where(pair => pair[1].Length > 0)
            .ToLookup(pair => int.Parse(pair[0], CultureInfo.InvariantCulture), pair => pair[1]);
        foreach (var match in answered.Matches)
        {
            if (match.TextOf().Contains("\e[m", StringComparison.Ordinal)) continue;
            var expected = parts[match.GetProperty("line").GetInt32()].ToArray();
            CollectionAssert.AreEqual(expected, match.Parts(), $"{question}: {match.GetRawText()}");
        }
    }

    async Task AskAllAsync(IEnumerable<RandomQuestion> questions, Func<RandomQuestion, Task> askAsync)
    {
        if (!RandomQuestions.Available) Assert.Inconclusive("The packages fortunes and wamerican-huge are not installed.");
        TestContext.WriteLine($"TINYGREP_TEST_SEED={Seed}");
        var some = new ParallelOptions { MaxDegreeOfParallelism = AtOnce };
        try
        {
            await Parallel.ForEachAsync(questions, some, async (question, _) => await askAsync(question));
        }
        catch (Exception failed)
        {
            throw new AssertFailedException(FormattableString.Invariant($"TINYGREP_TEST_SEED={Seed}: {failed.Message}"), failed);
        }
    }
}
