// The first API has clients that were written against its first version, so its answers are kept to the letter:
// which members, how entries are counted, and how context makes groups of lines.

using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class FirstApiSpecs
{
    const string Lines = "alpha one\nbeta\nalpha two\ngamma\n\nalpha three\ndelta\nepsilon\nzeta\nalpha four\n";

    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write("quotes.txt", Lines);
        Folder.Write("other.txt", "alpha elsewhere\n");
        Folder.Write("blank.txt", "\n\nmiddle\n\n\n\nfar\n\n");
        Folder.Write("empty.txt", "");
        Folder.Write("odd.txt", "tab\there \"quoted\" back\\slash\r\nbell\a end\nno newline at the end");
        await File.WriteAllBytesAsync(Path.Join(Folder.Path, "bytes.txt"), [.. "ok ÿ"u8, 0xFF, 0xFE, .. "\nwith\0nul\nplain\n"u8]);
        server = await TestServer.StartAsync("--dicts", Folder.Path);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_search_answers_with_exactly_two_members_the_count_first()
    {
        var answered = await server.FirstAsync(new { action = "search", term = "alpha t" }).OkAsync();

        Assert.AreEqual("""{"nr of entries":2,"results":["alpha two","alpha three"]}""", answered.Text);
        Assert.AreEqual("application/json", answered.Response.Content.Headers.ContentType!.MediaType);
        Assert.AreEqual(answered.Bytes.Length, answered.Response.Content.Headers.ContentLength);
    }

    [TestMethod, Timeout(60_000)]
    public async Task No_match_is_an_empty_list()
    {
        var answered = await server.FirstAsync(new { action = "search", term = "nowhere" }).OkAsync();

        Assert.AreEqual("""{"nr of entries":0,"results":[]}""", answered.Text);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_term_is_a_basic_regular_expression()
    {
        var answered = await server.FirstAsync(new { action = "search", term = @"^\(alpha\|zeta\)\( f.*\)*$" }).OkAsync();

        CollectionAssert.AreEqual(new[] { "zeta", "alpha four" }, answered.Results);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("", 4, DisplayName = "absent")]
    [DataRow(",\"nresults\":null", 4)]
    [DataRow(",\"nresults\":0", 4)]
    [DataRow(",\"nresults\":-1", 4)]
    [DataRow(",\"nresults\":-2147483648", 4)]
    [DataRow(",\"nresults\":1", 1)]
    [DataRow(",\"nresults\":3", 3)]
    [DataRow(",\"nresults\":4", 4)]
    [DataRow(",\"nresults\":2147483647", 4)]
    public async Task Only_an_nresults_above_zero_limits_the_entries(string member, int expected)
    {
        var answered = await server.PostAsync(Questions.First, $$"""{"action":"search","term":"alpha"{{member}}}""").OkAsync();

        Assert.HasCount(expected, answered.Results);
        Assert.AreEqual(expected, answered.Json.GetProperty("nr of entries").GetInt32());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(0, 1)]
    [DataRow(1, 0)]
    [DataRow(1, 1)]
    [DataRow(2, 0)]
    [DataRow(2, 2)]
    [DataRow(1000, 1000)]
    public async Task With_context_an_entry_is_a_group_as_grep_prints_it(int before, int after)
    {
        var file = Path.Join(Folder.Path, "quotes.txt");
        var expected = RealGrep.Groups(await RealGrep.LinesAsync("-n", $"-B{before}", $"-A{after}", "alpha", file));

        var answered = await server.FirstAsync(new { action = "search", term = "alpha", n_before = before, n_after = after }).OkAsync();

        CollectionAssert.AreEqual(expected, answered.Results);
        Assert.AreEqual(expected.Length, answered.Json.GetProperty("nr of entries").GetInt32());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Overlapping_and_touching_contexts_merge()
    {
        var answered = await server.FirstAsync(new { action = "search", term = "alpha", n_after = 1, n_before = 1 }).OkAsync();

        CollectionAssert.AreEqual(
            new[] { "alpha one\nbeta\nalpha two\ngamma\n\nalpha three\ndelta", "zeta\nalpha four" }, answered.Results);
    }

    [TestMethod, Timeout(60_000)]
    public async Task With_context_nresults_counts_groups()
    {
        var answered = await server.FirstAsync(new { action = "search", term = "alpha", n_after = 1, nresults = 2 }).OkAsync();

        CollectionAssert.AreEqual(new[] { "alpha one\nbeta\nalpha two\ngamma", "alpha three\ndelta" }, answered.Results);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Null_context_is_none()
    {
        var answered = await server.PostAsync(
            Questions.First, """{"action":"search","term":"alpha o","n_before":null,"n_after":null,"dictionary":null}""").OkAsync();

        CollectionAssert.AreEqual(new[] { "alpha one" }, answered.Results);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Empty_first_and_last_lines_of_a_group_are_kept()
    {
        var answered = await server.FirstAsync(
            new { action = "search", term = "middle", n_before = 2, n_after = 2, dictionary = "blank.txt" }).OkAsync();

        Assert.AreEqual("\n\nmiddle\n\n", answered.Results.Single());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Empty_lines_are_entries_of_their_own()
    {
        var answered = await server.FirstAsync(new { action = "search", term = "^$", dictionary = "blank.txt" }).OkAsync();

        CollectionAssert.AreEqual(new[] { "", "", "", "", "", "" }, answered.Results);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Groups_of_empty_lines_are_told_apart()
    {
        var answered = await server.FirstAsync(
            new { action = "search", term = "^$", n_before = 0, n_after = 1, dictionary = "blank.txt" }).OkAsync();

        CollectionAssert.AreEqual(new[] { "\n\nmiddle\n\n\n\nfar\n" }, answered.Results);
    }

    [TestMethod, Timeout(60_000)]
    public async Task All_is_every_line_of_the_default_dictionary()
    {
        var answered = await server.FirstAsync(new { action = "all" }).OkAsync();

        CollectionAssert.AreEqual(Lines.TrimEnd('\n').Split('\n'), answered.Results);
        Assert.AreEqual(10, answered.Json.GetProperty("nr of entries").GetInt32());
    }

    [TestMethod, Timeout(60_000)]
    public async Task All_of_an_empty_dictionary_is_an_empty_list()
    {
        var answered = await server.FirstAsync(new { action = "all", dictionary = "empty.txt" }).OkAsync();

        Assert.AreEqual("""{"nr of entries":0,"results":[]}""", answered.Text);
    }

    [TestMethod, Timeout(60_000)]
    public async Task All_keeps_carriage_returns_control_characters_and_a_last_line_without_newline()
    {
        var answered = await server.FirstAsync(new { action = "all", dictionary = "odd.txt" }).OkAsync();

        CollectionAssert.AreEqual(new[] { "tab\there \"quoted\" back\\slash\r", "bell\a end", "no newline at the end" }, answered.Results);
    }

    [TestMethod, Timeout(60_000)]
    public async Task All_holds_lines_with_NUL_and_with_bytes_that_are_not_UTF_8()
    {
        var answered = await server.FirstAsync(new { action = "all", dictionary = "bytes.txt" }).OkAsync();

        CollectionAssert.AreEqual(new[] { "ok ÿ\uFFFD\uFFFD", "with\0nul", "plain" }, answered.Results);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_named_dictionary_is_searched_instead_of_the_default_one()
    {
        var answered = await server.FirstAsync(new { action = "search", term = "alpha", dictionary = "other.txt" }).OkAsync();

        CollectionAssert.AreEqual(new[] { "alpha elsewhere" }, answered.Results);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(null)]
    [DataRow("text/plain")]
    [DataRow("application/x-www-form-urlencoded")]
    [DataRow("image/png")]
    [DataRow("application/json; charset=utf-8")]
    public async Task JSON_is_taken_whatever_the_content_type_says(string? type)
    {
        var answered = await server.PostAsync(Questions.First, """{"action":"search","term":"alpha o"}""", type).OkAsync();

        CollectionAssert.AreEqual(new[] { "alpha one" }, answered.Results);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_term_with_escapes_and_letters_beyond_ASCII_arrives_as_typed()
    {
        var answered = await server.PostAsync(Questions.First, """{"action":"search","term":"\u0061lph\u0061 t\u0068"}""").OkAsync();

        Assert.AreEqual("alpha three", answered.Results.Single());
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_default_dictionary_can_be_chosen()
    {
        await using var own = await TestServer.StartAsync("--dicts", Folder.Path, "--default-dictionary", "other.txt");

        var answered = await own.FirstAsync(new { action = "all" }).OkAsync();

        Assert.AreEqual("alpha elsewhere", answered.Results.Single());
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_same_question_twice_gives_the_same_bytes()
    {
        var request = JsonSerializer.Serialize(new { action = "search", term = "a", n_before = 1 });

        var once = await server.PostAsync(Questions.First, request).OkAsync();
        var again = await server.PostAsync(Questions.First, request).OkAsync();

        CollectionAssert.AreEqual(once.Bytes, again.Bytes);
    }
}
