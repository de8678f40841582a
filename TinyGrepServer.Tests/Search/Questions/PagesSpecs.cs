// A cursor goes on where an answer stopped. Walked page by page, whatever the page's size, the matches must be exactly
// those of one large answer, context included; and a cursor that does not fit must be refused, not guessed at.

using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class PagesSpecs
{
    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write("a.txt", string.Concat(Enumerable.Range(1, 40).Select(at => at % 3 == 0 ? $"plain {at}\n" : $"match {at}\n")));
        Folder.Write("b.txt", "nothing here\n");
        Folder.Write("c/d.txt", "match first\n\n\nplain\nmatch x\nmatch y\nplain\nmatch last");
        Folder.Write("e.txt", "match\n");
        server = await TestServer.StartAsync("--dicts", Folder.Path);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("q=match", 1)]
    [DataRow("q=match", 2)]
    [DataRow("q=match", 7)]
    [DataRow("q=match&context=1", 1)]
    [DataRow("q=match&context=3", 2)]
    [DataRow("q=match&before=2", 1)]
    [DataRow("q=match&after=5", 1)]
    [DataRow("q=match&after=5", 7)]
    [DataRow("q=match&before=1000&after=1000", 7)]
    [DataRow("q=a&mode=extended&context=2", 2)]
    [DataRow("q=match&order=newest", 3)]
    [DataRow("q=last+match&mode=words", 1)]
    [DataRow("q=match+1&mode=words&context=1", 3)]
    [DataRow("q=match&invert=true&context=1", 2)]
    [DataRow("q=match&dictionary=c&dictionary=e.txt&after=2", 1)]
    public async Task Walking_all_pages_gives_the_one_page_answer(string query, int limit)
    {
        var whole = await server.GetAsync($"/api/v1/search?{query}&limit=10000").OkAsync();

        List<string> matches = [];
        var path = $"/api/v1/search?{query}&limit={limit}";
        for (string? next = ""; next is not null;)
        {
            var page = (await server.GetAsync(path + (next.Length > 0 ? $"&cursor={next}" : "")).OkAsync()).Json;
            matches.AddRange(page.GetProperty("matches").EnumerateArray().Select(match => match.GetRawText()));
            next = page.GetProperty("next").GetString();
            Assert.AreEqual(next is null, page.GetProperty("complete").GetBoolean());
            Assert.AreEqual(next is null ? "end" : "limit", page.GetProperty("stop_reason").GetString());
            Assert.AreEqual(page.GetProperty("matches").GetArrayLength(), page.GetProperty("count").GetInt32());
            Assert.IsTrue(next is null || page.GetProperty("count").GetInt32() == limit);
        }

        CollectionAssert.AreEqual(whole.Matches.Select(match => match.GetRawText()).ToArray(), matches);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_page_may_be_of_another_size_and_asked_for_in_another_way()
    {
        var first = await server.GetAsync("/api/v1/search?q=match&limit=2").OkAsync();
        var cursor = first.Json.GetProperty("next").GetString();

        var second = await server.FullAsync(new { q = "match", limit = 5, cursor }).OkAsync();

        CollectionAssert.AreEqual(new[] { 4, 5, 7, 8, 10 }, second.Matches.Select(match => match.GetProperty("line").GetInt32()).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public async Task As_many_matches_as_the_limit_allows_are_complete()
    {
        var answered = await server.GetAsync("/api/v1/search?q=match&dictionary=c/d.txt&limit=4").OkAsync();

        Assert.IsTrue(answered.Json.GetProperty("complete").GetBoolean());
        Assert.AreEqual(JsonValueKind.Null, answered.Json.GetProperty("next").ValueKind);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("q=plain")]
    [DataRow("q=match&ignore_case=true")]
    [DataRow("q=match&context=1")]
    [DataRow("q=match&dictionary=a.txt")]
    [DataRow("q=match&mode=fixed")]
    [DataRow("q=match&count_only=true")]
    public async Task A_cursor_of_another_question_is_refused(string query)
    {
        var cursor = (await server.GetAsync("/api/v1/search?q=match&limit=2").OkAsync()).Json.GetProperty("next").GetString();

        await server.GetAsync($"/api/v1/search?{query}&cursor={cursor}").RefusedAsync(400);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("")]
    [DataRow("x")]
    [DataRow("AAAA")]
    [DataRow("%00")]
    [DataRow("next")]
    public async Task What_is_no_cursor_is_refused(string cursor) =>
        await server.GetAsync($"/api/v1/search?q=match&cursor={cursor}").RefusedAsync(400);

    [TestMethod, Timeout(60_000)]
    public async Task A_cursor_with_any_letter_changed_gives_no_wrong_answer()
    {
        var cursor = (await server.GetAsync("/api/v1/search?q=match&limit=2").OkAsync()).Json.GetProperty("next").GetString()!;

        for (var at = 0; at < cursor.Length; at++)
        {
            var tampered = cursor[..at] + (cursor[at] == 'A' ? 'z' : 'A') + cursor[(at + 1)..];
            var answered = await server.GetAsync($"/api/v1/search?q=match&limit=2&cursor={tampered}");

            Assert.IsTrue(answered.Status is 400 or 409, $"letter {at}: {answered.Status} {answered.Text}");
        }
    }
}
