// The mode 'words': every word on the line, in any order, as plain text. What it finds and marks is what a naive search finds.

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class WordsSpecs
{
    static readonly string[] Lines =
    [
        "red fish blue fish", "blue fish", "fish", "Red FISH Blue", "bluefish red", "redfish-blue", "a.b (c) [d] \\e ^f$ *g+ h|i {j} k?",
        "naïve café", "café NAÏVE", "blue\tred\tfish", "redredblue fishfish", "été d'été", "foobar foo", "barfoo",
    ];

    static readonly TemporaryFolder Folder = new();
    static TestServer grep = null!;
    static TestServer auto = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write("a.txt", string.Join('\n', Lines));
        await File.WriteAllBytesAsync(Path.Join(Folder.Path, "latin1.dat"), [.. "ol"u8, 0xe9, .. " blue red\nblue "u8, 0xff, .. " red"u8]);
        grep = await TestServer.StartAsync("--dicts", Folder.Path);
        auto = await TestServer.StartAsync("--dicts", Folder.Path, "--engine", "auto");
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await grep.DisposeAsync();
        await auto.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("red blue fish", false), DataRow("fish red", false), DataRow(" fish ", false), DataRow("fish fish", false)]
    [DataRow("RED fish", true), DataRow("blue fish", true), DataRow("NAÏVE café", true), DataRow("naïve café", false)]
    [DataRow("a.b (c) [d] \\e ^f$ *g+ h|i {j} k?", false), DataRow("|", false), DataRow("\\e", false), DataRow("^", false)]
    [DataRow("foo foobar", false), DataRow("foobar foo bar", false), DataRow("été", false), DataRow("no such", false)]
    [DataRow("e", false), DataRow("red\tblue", false), DataRow("\\E \\Q", false), DataRow("- h", false)]
    public async Task A_line_with_every_word_is_found_and_the_words_in_it_marked(string term, bool ignoreCase)
    {
        var comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var words = Words(term).OrderByDescending(word => word.Length).ToArray();
        var found = Lines.Where(line => words.All(word => line.Contains(word, comparison)));
        var expected = found.Select(line => Mark(line, words, comparison)).ToArray();
        var question = new { q = term, mode = "words", ignore_case = ignoreCase, dictionary = "a.txt", context = 0 };

        foreach (var server in (TestServer[])[grep, auto])
        {
            var answered = await server.FullAsync(question).OkAsync();

            CollectionAssert.AreEqual(expected, answered.Matches.Select(Marked).ToArray());
        }
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("red blue", "red fish blue fish|blue\tred\tfish")]
    [DataRow("blue", "red fish blue fish|blue fish|redfish-blue|blue\tred\tfish")]
    [DataRow("foo", "foobar foo")]
    [DataRow("été d'été", "été d'été")]
    [DataRow("t", "")]
    public async Task With_word_each_of_them_is_a_whole_one_as_grep_takes_it(string term, string expected)
    {
        var whole = Lines.Where($"{expected}".Split('|').Contains).ToArray();

        var found = await grep.FullAsync(new { q = term, mode = "words", word = true, dictionary = "a.txt" }).OkAsync();

        CollectionAssert.AreEqual(whole, found.Matches.Select(match => match.TextOf()).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Inverted_it_finds_the_lines_that_lack_a_word()
    {
        var found = await grep.FullAsync(new { q = "red fish", mode = "words", invert = true, dictionary = "a.txt" }).OkAsync();

        var lacking = Lines.Where(line => !HasRedAndFish(line)).ToArray();
        CollectionAssert.AreEqual(lacking, found.Matches.Select(match => match.TextOf()).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Counts_are_those_of_the_lines()
    {
        var counted = await grep.FullAsync(new { q = "fish red", mode = "words", count_only = true, dictionary = "a.txt" }).OkAsync();

        Assert.AreEqual(Lines.Count(HasRedAndFish), counted.Json.GetProperty("count").GetInt32());
    }

    [TestMethod, Timeout(60_000), DataRow(false), DataRow(true)]
    public async Task A_line_that_is_not_UTF8_is_no_obstacle(bool ignoreCase)
    {
        var question = new { q = "red blue", mode = "words", ignore_case = ignoreCase, dictionary = "latin1.dat" };

        var found = await grep.FullAsync(question).OkAsync();

        CollectionAssert.AreEqual(new[] { "ol\ufffd [blue] [red]", "[blue] \ufffd [red]" }, found.Matches.Select(Marked).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("""{"q":" ","mode":"words"}""", "no word")]
    [DataRow("""{"q":"a","mode":"words","line":true}""", "'line'")]
    [DataRow("""{"q":"a","mode":"word"}""", "basic, extended, fixed, perl or words, not 'word'")]
    public async Task What_says_nothing_is_refused(string question, string named)
    {
        var refused = await grep.PostAsync(Questions.Full, question).RefusedAsync(400);

        StringAssert.Contains(refused.Detail, named, StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task As_many_words_as_a_term_holds_are_searched()
    {
        var words = string.Join(' ', Enumerable.Range(0, 512).Select(at => (char)('a' + (at % 26))));

        var found = await grep.FullAsync(new { q = words, mode = "words", limit = 1 }).OkAsync();

        Assert.AreEqual(0, found.Json.GetProperty("count").GetInt32());
    }

    static string[] Words(string? term) => (term ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    static bool HasRedAndFish(string line) =>
        line.Contains("red", StringComparison.Ordinal) && line.Contains("fish", StringComparison.Ordinal);

    static string Mark(string line, string[] words, StringComparison comparison)
    {
        var marked = "";
        for (var at = 0; at < line.Length;)
        {
            var word = words.FirstOrDefault(word => line.AsSpan(at).StartsWith(word, comparison));
            marked += word is null ? line[at] : $"[{line[at..(at + word.Length)]}]";
            at += word?.Length ?? 1;
        }
        return marked;
    }

    static string Marked(System.Text.Json.JsonElement match)
    {
        var (text, marked, at) = (match.TextOf(), "", 0);
        foreach (var bound in match.GetProperty("bounds").EnumerateArray())
        {
            var (start, end) = (bound[0].GetInt32(), bound[1].GetInt32());
            marked += $"{text[at..start]}[{text[start..end]}]";
            at = end;
        }
        return marked + text[at..];
    }
}
