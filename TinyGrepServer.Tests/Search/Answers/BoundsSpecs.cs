// Bounds are what a page highlights: offsets in UTF-16 code units, as browsers and .NET count. They come from markers in
// grep's own output, so text that holds such markers, wide characters or broken bytes must not shift or invent any.

using System.Text;
using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class BoundsSpecs
{
    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write("a.txt", "seed\n");
        server = await TestServer.StartAsync("--dicts", Folder.Path, "--decode", "off");
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("cat", "cat", "[[0,3]]")]
    [DataRow("a cat, a cat and a cat", "cat", "[[2,5],[9,12],[19,22]]")]
    [DataRow("catcat", "cat", "[[0,3],[3,6]]")]
    [DataRow("é cat", "cat", "[[2,5]]", DisplayName = "two bytes, one unit")]
    [DataRow("日本の cat", "cat", "[[4,7]]", DisplayName = "three bytes, one unit")]
    [DataRow("😀 cat 😀", "cat", "[[3,6]]", DisplayName = "four bytes, two units")]
    [DataRow("a😀b😀c", "😀", "[[1,3],[4,6]]", DisplayName = "the match itself is astral")]
    [DataRow("日本語", "本", "[[1,2]]")]
    [DataRow("naïve naïf", "na[ï]", "[[0,3],[6,9]]")]
    [DataRow("e\u0301 x", "x", "[[3,4]]", DisplayName = "combining mark")]
    [DataRow("cat\r", "cat", "[[0,3]]", DisplayName = "carriage return")]
    [DataRow("cat\r", "$", "[]", DisplayName = "empty match at the end")]
    [DataRow("bbb", "a*", "[]", DisplayName = "only empty matches")]
    [DataRow("baab", "a*", "[[1,3]]", DisplayName = "empty matches beside one that is not")]
    [DataRow("\u001b[31mcat\u001b[0m", "cat", "[[5,8]]", DisplayName = "coloured text")]
    [DataRow("\u001b[K cat", "cat", "[[4,7]]")]
    [DataRow("\u001b", "\u001b", "[[0,1]]", DisplayName = "the match is an escape character")]
    [DataRow("[m cat [m", "cat", "[[3,6]]")]
    [DataRow("a\0cat\0", "cat", "[[2,5]]", DisplayName = "NUL in the line")]
    [DataRow("1:2-3:cat", "cat", "[[6,9]]", DisplayName = "text like grep's own prefix")]
    [DataRow("--", "-", "[[0,1],[1,2]]", DisplayName = "text like a group separator")]
    public async Task Bounds_are_offsets_in_UTF_16_code_units(string line, string term, string expected)
    {
        var match = await FindAsync(Encoding.UTF8.GetBytes(line + "\n"), term);

        Assert.AreEqual(expected, match.GetProperty("bounds").GetRawText());
        Assert.AreEqual(line, match.TextOf());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("ff", 1, DisplayName = "a byte that begins nothing")]
    [DataRow("e282", 1, DisplayName = "a cut character of three bytes")]
    [DataRow("f09f98", 1, DisplayName = "a cut character of four bytes")]
    [DataRow("8080", 2, DisplayName = "continuation bytes alone")]
    [DataRow("c0af", 2, DisplayName = "overlong slash")]
    [DataRow("eda080", 3, DisplayName = "a surrogate")]
    [DataRow("f5808080", 4, DisplayName = "beyond Unicode")]
    [DataRow("c3a9ffc3a9", 3, DisplayName = "between good ones")]
    public async Task Bytes_that_are_not_UTF_8_before_a_match_count_as_they_are_shown(string hex, int start)
    {
        var match = await FindAsync([.. Convert.FromHexString(hex), .. "cat\n"u8], "cat");

        Assert.AreEqual($"[[{start},{start + 3}]]", match.GetProperty("bounds").GetRawText());
        Assert.AreEqual("cat", match.TextOf()[start..]);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("outside \e[m of the cat", "cat", "[[19,22]]")]
    [DataRow("a cat, then \e[m", "cat", "[[2,5]]")]
    [DataRow("ca\e[mt and cat", "cat", "[[11,14]]")]
    [DataRow("\e[m\e[m\e[mcat\e[mcat", "cat", "[[9,12],[15,18]]")]
    [DataRow("cat\e[mcat\e[m é 日本 😀 cat", "cat", "[[0,3],[6,9],[21,24]]")]
    [DataRow("in the match: c\e[mt", "c.*t", "[[10,19]]")]
    [DataRow("\e[m", ".*", "[[0,3]]")]
    [DataRow("\e[m\r", "\e", "[[0,1]]")]
    [DataRow("x\e[m", "m$", "[[3,4]]", DisplayName = "the match begins within the marker")]
    public async Task A_line_that_holds_the_end_marker_has_its_exact_text_and_bounds(string line, string term, string expected)
    {
        var match = await FindAsync(Encoding.UTF8.GetBytes($"before\n{line}\nafter\n"), term == ".*" ? "^\e.*" : term);

        Assert.AreEqual(line, match.TextOf());
        Assert.AreEqual(expected, match.GetProperty("bounds").GetRawText());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_last_line_with_the_end_marker_and_without_newline_is_exact()
    {
        var match = await FindAsync("first\ncat \e[m cat"u8.ToArray(), "cat");

        Assert.AreEqual("cat \e[m cat", match.TextOf());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Context_lines_with_markers_are_exact()
    {
        await File.WriteAllBytesAsync(Path.Join(Folder.Path, "a.txt"), "x \e[m \e[1m\ncat\n\e[m\n"u8.ToArray());

        var match = (await server.FullAsync(new { q = "cat", dictionary = "a.txt", context = 1 }).OkAsync()).Matches.Single();

        CollectionAssert.AreEqual(new[] { "x \e[m \e[1m" }, match.Strings("before"));
        CollectionAssert.AreEqual(new[] { "\e[m" }, match.Strings("after"));
        Assert.AreEqual("[[0,3]]", match.GetProperty("bounds").GetRawText());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Inverted_matches_have_no_parts()
    {
        await File.WriteAllBytesAsync(Path.Join(Folder.Path, "a.txt"), "cat\ndog\ncat \e[m\ndog \e[m\n"u8.ToArray());

        var matches = (await server.FullAsync(new { q = "cat", dictionary = "a.txt", invert = true, before = 1 }).OkAsync()).Matches;

        CollectionAssert.AreEqual(new[] { "dog", "dog \e[m" }, matches.Select(match => match.TextOf()).ToArray());
        CollectionAssert.AreEqual(new[] { "cat \e[m" }, matches[1].Strings("before"));
        Assert.AreEqual("[]", matches[0].GetProperty("bounds").GetRawText());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("basic", ".*%")]
    [DataRow("extended", "(b%|%)")]
    [DataRow("fixed", "%")]
    [DataRow("perl", "b?%")]
    public async Task Whole_words_that_are_whole_lines_end_before_the_newline(string mode, string term)
    {
        var file = Folder.Write("a.txt", "a\n%\nb%\n%");
        string option = mode switch { "extended" => "-E", "fixed" => "-F", "perl" => "-P", _ => "-G" };
        var expected = await RealGrep.LinesAsync("-x", "-w", option, "-e", term, "--", file);

        var matches = (await server.FullAsync(new { q = term, mode, word = true, line = true, dictionary = "a.txt" }).OkAsync()).Matches;

        CollectionAssert.AreEqual(expected, matches.Select(match => match.TextOf()).ToArray());
        CollectionAssert.AreEqual(expected, matches.Select(match => match.Parts().Single()).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("basic", false, "Straße STRASSE strasse", "strasse")]
    [DataRow("basic", true, "Ärger ärger ÄRGER", "ärger")]
    [DataRow("extended", false, "aaa bb c", "a+|b{2}|c")]
    [DataRow("perl", false, "foobar foobaz", @"foo(?=baz)|\Kbar")]
    [DataRow("perl", true, "ÉTÉ été", "é")]
    [DataRow("fixed", true, "A.b a.B axb", "a.b")]
    public async Task The_parts_are_what_grep_prints_with_o(string mode, bool ignoreCase, string line, string term)
    {
        var file = Folder.Write("a.txt", line + "\n");
        var dialect = mode switch { "extended" => "-E", "fixed" => "-F", "perl" => "-P", _ => "-G" };
        string[] options = ignoreCase ? [dialect, "-i"] : [dialect];
        var expected = await RealGrep.LinesAsync([.. options, "-a", "-o", "-e", term, "--", file]);

        var answered = await server.FullAsync(new { q = term, mode, ignore_case = ignoreCase, dictionary = "a.txt" }).OkAsync();
        var match = answered.Matches.Single();

        CollectionAssert.AreEqual(expected, match.Parts());
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("m")]
    [DataRow("a*")]
    [DataRow("a.")]
    [DataRow("é\\|1")]
    [DataRow("\e")]
    [DataRow("[[]")]
    [DataRow("a$")]
    public async Task Random_lines_of_marker_pieces_have_their_exact_text_and_bounds(string term)
    {
        var random = new Random(3);
        byte[][] pieces =
        [
            "\e"u8.ToArray(), "["u8.ToArray(), "m"u8.ToArray(), "1"u8.ToArray(), "a"u8.ToArray(),
            "é"u8.ToArray(), [0xFF], "\e[m"u8.ToArray(), "😀"u8.ToArray(),
        ];
        byte[][] lines =
            [.. Enumerable.Range(0, 400).Select(_ => (byte[])[.. random.GetItems(pieces, random.Next(9)).SelectMany(piece => piece)])];
        var file = Path.Join(Folder.Path, "a.txt");
        await File.WriteAllBytesAsync(file, [.. lines.SelectMany(line => line.Append((byte)'\n'))]);
        var parts = (await RealGrep.LinesAsync("-a", "-n", "-o", "-e", term, "--", file))
            .Select(line => line.Split(':', 2)).ToLookup(part => int.Parse(part[0], null), part => part[1]);

        var matches = (await server.FullAsync(new { q = term, dictionary = "a.txt", limit = 1_000 }).OkAsync()).Matches;

        Assert.AreEqual((await RealGrep.LinesAsync("-a", "-e", term, "--", file)).Length, matches.Length);
        foreach (var match in matches)
        {
            var number = match.GetProperty("line").GetInt32();
            Assert.AreEqual(Encoding.UTF8.GetString(lines[number - 1]), match.TextOf());
            CollectionAssert.AreEqual(parts[number].ToArray(), match.Parts(), match.GetRawText());
        }
    }

    static async Task<JsonElement> FindAsync(byte[] content, string term)
    {
        await File.WriteAllBytesAsync(Path.Join(Folder.Path, "a.txt"), content);
        return (await server.FullAsync(new { q = term, dictionary = "a.txt" }).OkAsync()).Matches.Single();
    }
}
