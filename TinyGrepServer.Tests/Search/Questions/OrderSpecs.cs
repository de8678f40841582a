// Which dictionaries come first, how many matches of each are given, and how many each has.

using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class OrderSpecs
{
    static readonly TemporaryFolder Folder = new();
    static TestServer grep = null!;
    static TestServer auto = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        foreach (var (hours, name) in new[] { "old.txt", "b.txt", "new/a.txt", "c.txt" }.Index())
        {
            var path = Folder.Write(name, string.Concat(Enumerable.Range(1, 2 + hours).Select(line => $"needle {line}\nhay\n")));
            File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, hours, 0, 0, DateTimeKind.Utc));
        }
        Folder.Write("hay.txt", "hay\n");
        File.SetLastWriteTimeUtc(Folder.Write("b2.txt", "needle\n"), new DateTime(2020, 1, 1, 1, 0, 0, DateTimeKind.Utc));
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
    [DataRow("", "b.txt b2.txt c.txt new/a.txt old.txt")]
    [DataRow("&order=name", "b.txt b2.txt c.txt new/a.txt old.txt")]
    [DataRow("&order=newest", "c.txt new/a.txt b.txt b2.txt old.txt", DisplayName = "newest first, equal times by name")]
    [DataRow("&order=newest&dictionary=!c.txt", "new/a.txt b.txt b2.txt old.txt")]
    public async Task The_order_is_the_one_asked_for(string query, string expected)
    {
        foreach (var server in Servers)
        {
            var found = await server.GetAsync($"/api/v1/search?q=needle{query}").OkAsync();

            Assert.AreEqual(expected, string.Join(' ', found.Matches.Select(NameOf).Distinct()));
        }
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(1, 100, 5, "limit", false)]
    [DataRow(2, 100, 9, "limit", false)]
    [DataRow(4, 100, 14, "limit", false)]
    [DataRow(5, 100, 15, "end", false, DisplayName = "where none was left out, it is complete")]
    [DataRow(2, 3, 3, "limit", true, DisplayName = "at its limit it has a cursor")]
    public async Task No_more_matches_of_one_dictionary_are_given(int max, int limit, int count, string reason, bool hasNext)
    {
        foreach (var server in Servers)
        {
            var found = (await server.GetAsync($"/api/v1/search?q=needle&max_per_dictionary={max}&limit={limit}").OkAsync()).Json;

            Assert.AreEqual(
                $"{count} {reason} {reason == "end"} {hasNext}",
                $"{found.GetProperty("count")} {found.GetProperty("stop_reason").GetString()} {found.GetProperty("complete")} "
                + $"{found.GetProperty("next").ValueKind != JsonValueKind.Null}");
        }
    }

    [TestMethod, Timeout(60_000), DataRow(1), DataRow(2), DataRow(3)]
    public async Task Pages_go_on_where_a_dictionary_has_given_its_share(int limit)
    {
        List<string> lines = [];
        for (string? next = ""; next is not null;)
        {
            var cursor = next.Length > 0 ? $"&cursor={next}" : "";
            var page = await grep.GetAsync(
                $"/api/v1/search?q=needle&order=newest&max_per_dictionary=2&limit={limit}{cursor}").OkAsync();
            lines.AddRange(page.Matches.Select(match => $"{NameOf(match)}:{match.GetProperty("line")}"));
            next = page.Json.GetProperty("next").GetString();
        }

        Assert.AreEqual(
            "c.txt:1 c.txt:3 new/a.txt:1 new/a.txt:3 b.txt:1 b.txt:3 b2.txt:1 old.txt:1 old.txt:3", string.Join(' ', lines));
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_is_left_out_still_is_context()
    {
        var found = await grep.GetAsync("/api/v1/search?q=needle&dictionary=old.txt&max_per_dictionary=1&after=3").OkAsync();

        CollectionAssert.AreEqual(new[] { "hay", "needle 2", "hay" }, found.Matches.Single().Strings("after"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("", "b.txt=3 b2.txt=1 c.txt=5 new/a.txt=4 old.txt=2")]
    [DataRow("&order=newest&limit=2", "c.txt=5 new/a.txt=4", DisplayName = "the first of them, in order")]
    [DataRow("&max_per_dictionary=1&limit=3", "b.txt=3 b2.txt=1 c.txt=5", DisplayName = "a count is that of all")]
    public async Task A_count_names_the_dictionaries_that_have_any(string query, string expected)
    {
        foreach (var server in Servers)
        {
            var counted = (await server.GetAsync($"/api/v1/search?q=needle&count_only=true{query}").OkAsync()).Json;

            Assert.AreEqual(expected, string.Join(' ', counted.GetProperty("dictionaries").EnumerateArray()
                .Select(one => $"{NameOf(one)}={one.GetProperty("count")}")));
            Assert.AreEqual("15 True", $"{counted.GetProperty("count")} {counted.GetProperty("complete")}");
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_count_in_NDJSON_has_them_in_its_summary()
    {
        var counted = await grep.GetAsync("/api/v1/search?q=needle&count_only=true", ("Accept", "application/x-ndjson")).OkAsync();

        Assert.AreEqual(5, JsonDocument.Parse(counted.Text).RootElement.GetProperty("dictionaries").GetArrayLength());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Without_a_count_there_is_no_list_of_them()
    {
        var found = await grep.GetAsync("/api/v1/search?q=needle").OkAsync();

        Assert.IsFalse(found.Json.TryGetProperty("dictionaries", out _));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("order=oldest", "name or newest")]
    [DataRow("max_per_dictionary=0", "1..10000")]
    [DataRow("max_per_dictionary=10001", "1..10000")]
    public async Task Values_out_of_range_are_refused(string query, string expected)
    {
        var refused = await grep.GetAsync($"/api/v1/search?q=needle&{query}").RefusedAsync(400);

        StringAssert.Contains(refused.Detail, expected, StringComparison.Ordinal);
    }

    static TestServer[] Servers => [grep, auto];

    static string NameOf(JsonElement match) => match.GetProperty("dictionary").GetString()!;
}
