// Files are not always neat: no newline at the end, CR, NUL, nothing at all, or one line of megabytes. Each must be
// answered as grep sees it, or refused in words.

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class OddLinesSpecs
{
    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write("a.txt", "seed\n");
        Folder.Write("cr.txt", "one\r\ntwo\r\n\rthree\r\r\n");
        Folder.Write("open.txt", "first\nlast");
        Folder.Write("empty.txt", "");
        Folder.Write("newline.txt", "\n");
        Folder.Write("nul.txt", "a\0b\n\0\nb\n");
        Folder.Write("5MB.txt", "start " + new string('x', 5_000_000) + " needle é end\nneedle\n");
        Folder.Write("20MB.txt", "needle first\nstart " + new string('x', 20_000_000) + " end\nneedle last\n");
        server = await TestServer.StartAsync("--dicts", Folder.Path, "--timeout", "60s", "--decode", "off");
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("cr.txt", ".", "one\r", "two\r", "\rthree\r\r")]
    [DataRow("open.txt", "st", "first", "last")]
    [DataRow("empty.txt", "x*")]
    [DataRow("newline.txt", "x*", "")]
    [DataRow("nul.txt", "b", "a\0b", "b")]
    [DataRow("nul.txt", "x*", "a\0b", "\0", "b")]
    public async Task Lines_come_back_as_they_are(string dictionary, string term, params string[] expected)
    {
        var full = await server.FullAsync(new { q = term, dictionary }).OkAsync();
        var first = await server.FirstAsync(new { action = "search", term, dictionary }).OkAsync();

        CollectionAssert.AreEqual(expected, full.Matches.Select(match => match.TextOf()).ToArray());
        CollectionAssert.AreEqual(expected, first.Results);
        Assert.IsTrue(full.Json.GetProperty("complete").GetBoolean());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Invalid_lines_are_found_by_an_inverted_search_and_missed_by_a_dot_as_grep_does()
    {
        await File.WriteAllBytesAsync(Path.Join(Folder.Path, "bytes.txt"), [0xFF, (byte)'\n', (byte)'a', (byte)'\n']);
        var expected = await RealGrep.LinesAsync("-a", "-v", "^.*$", Path.Join(Folder.Path, "bytes.txt"));

        var answered = await server.FullAsync(new { q = "^.*$", invert = true, dictionary = "bytes.txt" }).OkAsync();

        CollectionAssert.AreEqual(expected, answered.Matches.Select(match => match.TextOf()).ToArray());
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_line_of_five_megabytes_is_found_with_its_bounds()
    {
        var answered = await server.FullAsync(new { q = "needle", dictionary = "5MB.txt" }).OkAsync();

        var match = answered.Matches[0];
        Assert.HasCount(2, answered.Matches);
        Assert.AreEqual(5_000_019, match.TextOf().Length);
        Assert.AreEqual("needle", match.Parts().Single());
        Assert.AreEqual("[[5000007,5000013]]", match.GetProperty("bounds").GetRawText());
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_line_of_five_megabytes_is_an_entry_of_the_first_API()
    {
        var answered = await server.FirstAsync(new { action = "search", term = "needle", n_after = 1, dictionary = "5MB.txt" }).OkAsync();

        Assert.AreEqual(5_000_019 + 7, answered.Results.Single().Length);
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_line_that_is_too_long_is_refused_in_words_by_the_first_API()
    {
        var first = await server.FirstAsync(new { action = "search", term = "start", dictionary = "20MB.txt" }).RefusedAsync(403);

        StringAssert.Contains(first.Detail, "16 MiB", StringComparison.Ordinal);
        Assert.IsEmpty(server.Children());
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_line_that_is_too_long_is_left_out_of_a_full_answer_which_says_so()
    {
        var answered = await server.FullAsync(new { q = "start\\|needle", dictionary = new[] { "20MB.txt", "5MB.txt" } }).OkAsync();

        CollectionAssert.AreEqual(
            new[] { "20MB.txt:1", "20MB.txt:3", "5MB.txt:1", "5MB.txt:2" },
            answered.Matches.Select(match => $"{match.GetProperty("dictionary")}:{match.GetProperty("line")}").ToArray());
        Assert.AreEqual("unreadable", answered.Json.GetProperty("stop_reason").GetString());
        Assert.IsFalse(answered.Json.GetProperty("complete").GetBoolean());
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_line_that_is_too_long_and_does_not_match_is_in_nobody_s_way()
    {
        var answered = await server.FirstAsync(new { action = "search", term = "needle", dictionary = "20MB.txt" }).OkAsync();

        CollectionAssert.AreEqual(new[] { "needle first", "needle last" }, answered.Results);
    }

    [TestMethod, Timeout(120_000)]
    public async Task Counting_does_not_mind_a_line_that_is_too_long()
    {
        var answered = await server.FullAsync(new { q = "start", dictionary = "20MB.txt", count_only = true }).OkAsync();

        Assert.AreEqual(1, answered.Json.GetProperty("count").GetInt32());
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_thousand_matches_in_one_line_each_have_their_bounds()
    {
        Folder.Write("many.txt", string.Concat(Enumerable.Repeat("né ", 1_000)) + "\n");

        var match = (await server.FullAsync(new { q = "é", dictionary = "many.txt" }).OkAsync()).Matches.Single();

        Assert.HasCount(1_000, match.Parts());
        Assert.IsTrue(match.Parts().All(part => part == "é"));
    }
}
