// A hard link in the folder to what the server itself keeps: no API knows it, whether the file was there at the start or came later,
// and the database goes on working.

using System.Runtime.InteropServices;
using TinyGrepServer.Search;
using TinyGrepServer.Tests.Access;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class ClosedFilesSpecs
{
    static readonly string[] Kept = ["tinygrep.db", "tinygrep.db-wal", "tinygrep.db-shm", "keys.json"];

    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write("dicts/quotes.txt", "SQLite secret\n");
        server = await TestServer.StartAsync(
            "--dicts", Path.Join(Folder.Path, "dicts"), "--data", Path.Join(Folder.Path, "data"), "--open-tokens");
        await server.PostAsync("/messages", """{"message":"secret"}"""); // the database is made now, long after the start
        await server.TokenAsync("ann"); // and the keys
        foreach (var name in Kept) Link(Path.Join(Folder.Path, "data", name), Path.Join(Folder.Path, "dicts", $"linked-{name}.txt"));
        Link(Path.Join(Folder.Path, "data", "keys.json"), Path.Join(Folder.Path, "dicts", "below/deeper/keys.txt"));
        File.CreateSymbolicLink(Path.Join(Folder.Path, "dicts", "inner.txt"), "linked-keys.json.txt");
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    public static IEnumerable<object[]> Links =>
        [.. Kept.Select(name => new object[] { $"linked-{name}.txt" }), ["below/deeper/keys.txt"], ["inner.txt"]];

    [TestMethod, Timeout(60_000), DynamicData(nameof(Links))]
    public async Task A_hard_link_to_what_the_server_keeps_is_refused_like_a_missing_file(string name)
    {
        await server.FirstAsync(new { action = "all", dictionary = name }).RefusedAsync(403);
        await server.FullAsync(new { q = "e", dictionary = name }).RefusedAsync(404);
        await server.GetAsync($"/api/v1/dictionaries/{name}").RefusedAsync(404);
        await server.GetAsync($"/api/v1/lines/{name}").RefusedAsync(404);
        Assert.AreEqual(404, (await server.GetAsync($"/d/{name}")).Status);
        await server.FullAsync(new { q = "e", dictionary = "*keys*" }).RefusedAsync(404);
    }

    [TestMethod, Timeout(60_000)]
    public async Task It_is_neither_listed_nor_searched()
    {
        var listed = await server.GetAsync("/api/v1/dictionaries").OkAsync();
        var found = await server.GetAsync("/api/v1/search?q=secret").OkAsync();
        var globbed = await server.GetAsync("/api/v1/search?q=secret&dictionary=*.txt").OkAsync();

        string?[] names =
        [
            .. listed.Json.GetProperty("dictionaries").EnumerateArray().Select(one => one.GetProperty("name").GetString()),
            .. found.Matches.Concat(globbed.Matches).Select(match => match.GetProperty("dictionary").GetString()),
        ];
        CollectionAssert.AreEqual(new[] { "quotes.txt", "quotes.txt", "quotes.txt" }, names);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Asking_for_it_costs_the_database_neither_its_locks_nor_a_message()
    {
        for (var round = 1; round <= 5; round++)
        {
            foreach (var name in Links) await server.GetAsync($"/api/v1/dictionaries/{name[0]}").RefusedAsync(404);
            await server.GetAsync("/api/v1/search?q=secret").OkAsync();
            var stored = await server.PostAsync("/messages", $$"""{"message":"kept {{round}}"}""");
            Assert.AreEqual(201, stored.Status, stored.Text);
            Assert.AreEqual(
                $$"""{"message":"kept {{round}}"}""", await server.Http.GetStringAsync(stored.Response.Headers.Location));
        }
    }

    [TestMethod, Timeout(60_000)]
    public void A_file_that_has_been_replaced_stays_closed_and_new_ones_that_may_have_its_inode_do_not()
    {
        using var folder = new TemporaryFolder();
        var keys = folder.Write("data/keys.json", "old keys\n");
        folder.Write("dicts/a.txt", "a\n");
        Link(keys, Path.Join(folder.Path, "dicts/link.txt"));
        using var dictionaries = Dictionaries.In(Path.Join(folder.Path, "dicts"), keys);

        var before = dictionaries.Find("link.txt");
        File.Move(folder.Write("data/draft", "new keys\n"), keys, overwrite: true);
        var after = dictionaries.Find("link.txt");
        File.Delete(Path.Join(folder.Path, "dicts/link.txt"));
        List<string> others = [.. Enumerable.Range(1, 50).Select(number => folder.Write($"dicts/{number}.txt", "b\n"))];

        Assert.IsNull(before);
        Assert.IsNull(after);
        foreach (var other in others) Assert.IsNotNull(dictionaries.Find(Path.GetFileName(other)), other);
        Assert.IsNotNull(dictionaries.Find("a.txt"));
    }

    static void Link(string file, string link)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        Assert.AreEqual(0, Native.Link(file, link), file);
    }

    static class Native
    {
        [DllImport("libc", EntryPoint = "link", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable SYSLIB1054, CA2101 // CharSet.Ansi is UTF-8 on Unix.
        public static extern int Link(string file, string link);
#pragma warning restore SYSLIB1054, CA2101
    }
}
