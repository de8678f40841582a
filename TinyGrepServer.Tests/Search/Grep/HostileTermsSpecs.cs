// Terms that try to be something else: shell code, options, broken text, a pattern that eats the machine. Each is either a
// search for just that, as grep would do it, or a refusal with an error body; and nothing else ever happens.

using System.Text;
using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class HostileTermsSpecs
{
    const string Greedy = "(((a{1,100}){1,100}){1,100}){1,100}";

    static readonly string[] Terms =
    [
        "$(touch x)", "`touch x`", "; rm -rf .", "| touch x", "& touch x &", "> x", "x' ; touch x '", "\"; touch x; \"",
        "%0a touch x", "${IFS}", "!!", "~", "*", "?",
        "-f/etc/passwd", "-f", "--help", "--version", "--", "-", "-r", "--include=*", "-e", "--file=/etc/passwd", "-P(?{exit})",
        "\"", "'", "\t", "\r", "é", "😀", "\u0001", "\e[m", "\e[31m", "a\\/b", "../", "/etc/passwd", "<script>", "%s%n", "{}", "\u2028",
    ];

    static readonly string Text = string.Concat(Terms.Select(term => $"{term}\nx{term}x\n")) + "\\\nplain a line\n";

    static readonly TemporaryFolder Folder = new();
    static string file = "";
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        file = Folder.Write("a.txt", Text);
        server = await TestServer.StartAsync("--dicts", Folder.Path, "--decode", "off");
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    public static IEnumerable<object[]> AllTerms => Terms.Select(term => new object[] { term });

    [TestMethod, Timeout(60_000), DynamicData(nameof(AllTerms))]
    public async Task A_term_is_data_in_the_first_API(string term)
    {
        var (code, expected) = await RealGrep.RunAsync("-a", "-e", term, "--", file);

        var answered = await server.FirstAsync(new { action = "search", term });

        Assert.AreEqual(code > 1 ? 400 : 200, answered.Status, answered.Text);
        if (code <= 1) CollectionAssert.AreEqual(expected, answered.Results);
        AssertNothingElseHappened();
    }

    [TestMethod, Timeout(60_000), DynamicData(nameof(AllTerms))]
    public async Task A_term_is_data_in_every_mode_of_the_full_API(string term)
    {
        foreach (var (mode, option) in new[] { ("basic", "-G"), ("extended", "-E"), ("fixed", "-F"), ("perl", "-P") })
        {
            var (code, expected) = await RealGrep.RunAsync(option, "-a", "-e", term, "--", file);

            var answered = await server.GetAsync($"/api/v1/search?mode={mode}&q={Uri.EscapeDataString(term)}");

            Assert.AreEqual(code > 1 ? 400 : 200, answered.Status, $"{mode}: {answered.Text}");
            if (code <= 1) CollectionAssert.AreEqual(expected, answered.Matches.Select(match => match.TextOf()).ToArray(), mode);
            else Assert.IsFalse(answered.Detail.Contains(Folder.Path, StringComparison.Ordinal), answered.Detail);
        }
        AssertNothingElseHappened();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_lone_backslash_is_judged_by_its_mode()
    {
        var refused = await server.FirstAsync(new { action = "search", term = "\\" }).RefusedAsync(400);
        var found = await server.FullAsync(new { q = "\\", mode = "fixed" }).OkAsync();

        StringAssert.Contains(refused.Detail, "Trailing backslash", StringComparison.OrdinalIgnoreCase);
        CollectionAssert.AreEqual(new[] { "a\\/b", "xa\\/bx", "\\" }, found.Matches.Select(match => match.TextOf()).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(1_024, "x", 200)]
    [DataRow(1_025, "x", 400)]
    [DataRow(1_024, "😀", 200)]
    [DataRow(1_025, "😀", 400)]
    [DataRow(200_000, "x", 400)]
    public async Task A_term_has_at_most_1024_characters(int length, string letter, int status)
    {
        var term = string.Concat(Enumerable.Repeat(letter, length));

        var first = await server.FirstAsync(new { action = "search", term });
        var full = await server.FullAsync(new { q = term, mode = "fixed" });

        Assert.AreEqual(status, first.Status, first.Text);
        Assert.AreEqual(status, full.Status, full.Text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("ff")]
    [DataRow("c3")]
    [DataRow("eda080")]
    [DataRow("c0af")]
    [DataRow("f4908080")]
    public async Task Bytes_that_are_not_UTF_8_are_no_JSON(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);

        byte[] first = [.. "{\"action\":\"search\",\"term\":\"a"u8, .. bytes, .. "\"}"u8];
        byte[] full = [.. "{\"q\":\"a"u8, .. bytes, .. "\"}"u8];

        await server.SendAsync(HttpMethod.Post, Questions.First, first).RefusedAsync(400);
        await server.SendAsync(HttpMethod.Post, Questions.Full, full).RefusedAsync(400);
        await server.GetAsync($"/api/v1/search?q=a{string.Concat(bytes.Select(one => $"%{one:x2}"))}").RefusedAsync(400);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(@"\ud800")]
    [DataRow(@"a\udc00b")]
    [DataRow(@"\udc00\ud800")]
    [DataRow(@"\u000a")]
    [DataRow(@"\u0000")]
    public async Task An_escape_that_is_no_character_of_one_line_is_refused(string escape)
    {
        await server.PostAsync(Questions.First, $$"""{"action":"search","term":"{{escape}}"}""").RefusedAsync(400);
        await server.PostAsync(Questions.Full, $$"""{"q":"{{escape}}"}""").RefusedAsync(400);
        await server.PostAsync(Questions.First, $$"""{"action":"all","dictionary":"{{escape}}"}""")
            .RefusedAsync(escape is @"\u0000" or @"\u000a" ? 403 : 400);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("q=%")]
    [DataRow("q=%4")]
    [DataRow("q=%zz")]
    [DataRow("q=a%0ab")]
    [DataRow("q=a%00b")]
    [DataRow("%00=a")]
    [DataRow("q=a&%ff=b")]
    public async Task A_query_that_cannot_be_decoded_exactly_is_refused(string query) =>
        await server.GetAsync($"/api/v1/search?{query}").RefusedAsync(400);

    [TestMethod, Timeout(180_000)]
    public async Task Patterns_that_eat_memory_are_ended_within_their_limits_and_harm_nobody()
    {
        await using var own = await TestServer.StartAsync("--dicts", Folder.Path, "--max-searches", "9", "--timeout", "20s");

        var greedy = Enumerable.Range(0, 8).Select(_ => own.FullAsync(new { q = Greedy, mode = "extended" })).ToList();
        var beside = await own.FirstAsync(new { action = "search", term = "plain a" }).OkAsync();
        var refused = await Task.WhenAll(greedy);

        CollectionAssert.AreEqual(new[] { "plain a line" }, beside.Results);
        foreach (var one in refused)
        {
            var ended = one.Status == 400 || (one.Status == 200 && one.Json.GetProperty("stop_reason").GetString() == "timeout");
            Assert.IsTrue(ended, one.Text);
            if (one.Status == 400) StringAssert.Contains(one.Detail, "emory exhausted", StringComparison.Ordinal);
        }
        Assert.IsEmpty(own.Children());
        Assert.IsTrue(ProcessTable.PeakMemory(own.Process.Id) < 512L << 20);
        await own.FirstAsync(new { action = "search", term = "plain a" }).OkAsync();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_child_is_held_to_its_memory_limit()
    {
        await using var own = await TestServer.StartAsync("--dicts", Folder.Path, "--search-memory", "16MiB");

        var refused = await own.FullAsync(new { q = Greedy, mode = "extended" }).RefusedAsync(400);
        var small = await own.FirstAsync(new { action = "search", term = "plain a" }).OkAsync();

        StringAssert.Contains(refused.Detail, "emory exhausted", StringComparison.Ordinal);
        Assert.HasCount(1, small.Results);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_pattern_that_PCRE_gives_up_on_is_refused_in_its_words()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", new string('a', 60) + "!\n");
        await using var own = await TestServer.StartAsync("--dicts", folder.Path);

        var refused = await own.FullAsync(new { q = "^(a+)+$", mode = "perl" }).RefusedAsync(400);

        StringAssert.Contains(refused.Detail, "backtracking limit", StringComparison.Ordinal);
        Assert.IsFalse(refused.Detail.Contains(folder.Path, StringComparison.Ordinal), refused.Detail);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_refusal_repeats_a_hostile_text_only_as_valid_JSON()
    {
        var refused = await server.PostAsync(Questions.First, """{"action":"\u001b[2J\u0007\"<script>\u2028"}""").RefusedAsync(501);

        Assert.IsFalse(refused.Text.Any(char.IsControl), refused.Text);
        Assert.AreEqual(JsonValueKind.Object, refused.Json.ValueKind);
        Assert.AreEqual("nosniff", refused.Response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    static void AssertNothingElseHappened()
    {
        CollectionAssert.AreEqual(new[] { "a.txt" }, Directory.GetFileSystemEntries(Folder.Path).Select(Path.GetFileName).ToArray());
        Assert.IsFalse(File.Exists(Path.Join(TestServer.Root, "x")));
        Assert.AreEqual(Encoding.UTF8.GetByteCount(Text), new FileInfo(file).Length);
    }
}
