// The list of dictionaries, and each of them as a file that can be fetched whole, in part, or not at all where the client
// has it already. An entity tag is given only once the file has settled: clocks tick coarser than writes.

using System.Diagnostics;
using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class DictionariesSpecs
{
    const string Text = "0123456789\nabcdefghij\n";
    const string Url = "/api/v1/dictionaries/a.txt";

    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write("a.txt", Text);
        Folder.Write("b/open.txt", "one\ntwo");
        Folder.Write("empty.txt", "");
        Folder.Write(".hidden", "x\n");
        Folder.Write(".git/config", "x\n");
        Folder.Write("old.txt~", "x\n");
        Folder.Write("data.bin", "x\0\n");
        server = await TestServer.StartAsync("--dicts", Folder.Path);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_list_has_name_size_lines_and_why_one_is_skipped_in_order_of_name()
    {
        var list = (await server.GetAsync("/api/v1/dictionaries").OkAsync()).Json;

        string[] expected =
        [
            ".git/config 2 1 dotfile", ".hidden 2 1 dotfile", "a.txt 22 2 -", "b/open.txt 7 2 -",
            "data.bin 3 1 binary", "empty.txt 0 0 -", "old.txt~ 2 1 backup",
        ];
        CollectionAssert.AreEqual(expected, list.GetProperty("dictionaries").EnumerateArray().Select(Describe).ToArray());
        Assert.AreEqual("a.txt", list.GetProperty("default").GetString());
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_list_tells_when_a_dictionary_was_changed()
    {
        var before = await ModifiedAsync("b/open.txt");

        File.SetLastWriteTimeUtc(Path.Join(Folder.Path, "b/open.txt"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        Assert.IsTrue(DateTimeOffset.UtcNow - before < TimeSpan.FromMinutes(5), $"{before}");
        Assert.AreEqual(new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero), await ModifiedAsync("b/open.txt"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lines_are_counted_anew_when_a_file_changes()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.txt", "1\n2\n");
        await using var own = await TestServer.StartAsync("--dicts", folder.Path);
        var once = Describe((await own.GetAsync("/api/v1/dictionaries").OkAsync()).Json.GetProperty("dictionaries")[0]);

        await File.AppendAllTextAsync(file, "3\n");
        var again = Describe((await own.GetAsync("/api/v1/dictionaries").OkAsync()).Json.GetProperty("dictionaries")[0]);

        Assert.AreEqual("a.txt 4 2 -", once);
        Assert.AreEqual("a.txt 6 3 -", again);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_dictionary_is_served_as_it_is()
    {
        var got = await server.GetAsync(Url).OkAsync();

        Assert.AreEqual(Text, got.Text);
        Assert.AreEqual("text/plain; charset=utf-8", got.Response.Content.Headers.ContentType!.ToString());
        Assert.AreEqual(Text.Length, got.Response.Content.Headers.ContentLength);
        Assert.AreEqual("bytes", got.Response.Headers.AcceptRanges.Single());
        Assert.IsNotNull(got.Response.Content.Headers.LastModified);
    }

    [TestMethod, Timeout(60_000)]
    public async Task HEAD_has_the_header_fields_of_GET_and_no_body()
    {
        var tag = await server.SettledTagAsync(Url);

        var head = await server.SendAsync(HttpMethod.Head, Url).OkAsync();

        Assert.IsEmpty(head.Bytes);
        Assert.AreEqual(Text.Length, head.Response.Content.Headers.ContentLength);
        Assert.AreEqual(tag, Tag(head));
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_empty_dictionary_is_served_and_has_no_range()
    {
        var got = await server.GetAsync("/api/v1/dictionaries/empty.txt").OkAsync();
        await server.GetAsync("/api/v1/dictionaries/empty.txt", ("Range", "bytes=0-")).RefusedAsync(416);

        Assert.IsEmpty(got.Bytes);
        Assert.AreEqual(0, got.Response.Content.Headers.ContentLength);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_file_that_has_just_changed_has_no_entity_tag()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.txt", "1\n");
        await using var own = await TestServer.StartAsync("--dicts", folder.Path);

        await File.WriteAllTextAsync(file, "2\n");
        var before = Stopwatch.GetTimestamp();
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1)); // a time that is put back proves nothing
        var young = await own.GetAsync(Url).OkAsync();

        Assert.IsTrue(Tag(young) is null || Stopwatch.GetElapsedTime(before) > TimeSpan.FromSeconds(2), Tag(young));
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_entity_tag_is_strong_and_stays_the_same_while_the_file_does()
    {
        var tag = await server.SettledTagAsync(Url);

        Assert.IsTrue(tag.StartsWith('"') && tag.EndsWith('"'), tag);
        Assert.AreEqual(tag, Tag(await server.GetAsync(Url).OkAsync()));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_change_changes_the_entity_tag()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.txt", "1\n");
        await using var own = await TestServer.StartAsync("--dicts", folder.Path);
        var before = await own.SettledTagAsync(Url);

        await File.WriteAllTextAsync(file, "2\n");
        var changed = await own.GetAsync(Url, ("If-None-Match", before)).OkAsync();

        Assert.AreEqual("2\n", changed.Text);
        Assert.AreNotEqual(before, await own.SettledTagAsync(Url));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_client_that_has_the_file_is_told_so()
    {
        var tag = await server.SettledTagAsync(Url);

        foreach (var condition in new[] { tag, $"W/{tag}", $"\"other\", {tag}", "*" })
        {
            var unchanged = await server.GetAsync(Url, ("If-None-Match", condition));
            Assert.AreEqual(304, unchanged.Status, condition);
            Assert.IsEmpty(unchanged.Bytes);
            Assert.AreEqual(tag, Tag(unchanged));
        }
        Assert.AreEqual(200, (await server.GetAsync(Url, ("If-None-Match", "\"other\""))).Status);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("bytes=0-3", "0123", "bytes 0-3/22")]
    [DataRow("bytes=11-", "abcdefghij\n", "bytes 11-21/22")]
    [DataRow("bytes=-3", "ij\n", "bytes 19-21/22")]
    [DataRow("bytes=20-999", "j\n", "bytes 20-21/22")]
    [DataRow("bytes=-999", Text, "bytes 0-21/22")]
    [DataRow("bytes=21-21", "\n", "bytes 21-21/22")]
    public async Task A_range_is_a_part(string range, string expected, string contentRange)
    {
        var part = await server.GetAsync(Url, ("Range", range));

        Assert.AreEqual(206, part.Status);
        Assert.AreEqual(expected, part.Text);
        Assert.AreEqual(contentRange, part.Response.Content.Headers.ContentRange!.ToString());
        Assert.AreEqual(part.Bytes.Length, part.Response.Content.Headers.ContentLength);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("bytes=0-3,5-6")]
    [DataRow("lines=0-3")]
    [DataRow("bytes=5-3")]
    [DataRow("bytes=x")]
    public async Task Several_ranges_or_none_that_is_understood_give_the_whole(string range)
    {
        var whole = await server.GetAsync(Url, ("Range", range)).OkAsync();

        Assert.AreEqual(Text, whole.Text);
        Assert.IsNull(whole.Response.Content.Headers.ContentRange);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("bytes=22-")]
    [DataRow("bytes=1000-2000")]
    [DataRow("bytes=-0")]
    public async Task A_range_behind_the_end_is_refused_with_the_size(string range)
    {
        var refused = await server.GetAsync(Url, ("Range", range)).RefusedAsync(416);

        Assert.AreEqual("bytes */22", refused.Response.Content.Headers.ContentRange!.ToString());
    }

    [TestMethod, Timeout(60_000)]
    public async Task If_Range_gives_the_part_only_of_the_same_file()
    {
        var tag = await server.SettledTagAsync(Url);

        var same = await server.GetAsync(Url, ("Range", "bytes=0-3"), ("If-Range", tag));
        var other = await server.GetAsync(Url, ("Range", "bytes=0-3"), ("If-Range", "\"other\""));
        var weak = await server.GetAsync(Url, ("Range", "bytes=0-3"), ("If-Range", $"W/{tag}"));

        Assert.AreEqual((206, "0123"), (same.Status, same.Text));
        Assert.AreEqual((200, Text), (other.Status, other.Text));
        Assert.AreEqual((200, Text), (weak.Status, weak.Text));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Only_GET_and_HEAD_are_answered()
    {
        var refused = await server.PostAsync(Url, "x").RefusedAsync(405);

        CollectionAssert.IsSubsetOf(new[] { "GET", "HEAD" }, refused.Response.Content.Headers.Allow.ToArray());
    }

    static string Describe(JsonElement one)
    {
        var skipped = one.GetProperty("skipped").GetString() ?? "-";
        return $"{one.GetProperty("name").GetString()} {one.GetProperty("bytes")} {one.GetProperty("lines")} {skipped}";
    }

    static async Task<DateTimeOffset> ModifiedAsync(string name)
    {
        var list = (await server.GetAsync("/api/v1/dictionaries").OkAsync()).Json.GetProperty("dictionaries");
        return list.EnumerateArray().Single(one => one.GetProperty("name").GetString() == name).GetProperty("modified").GetDateTimeOffset();
    }

    static string? Tag(Answered answered) => answered.Response.Headers.ETag?.ToString();
}
