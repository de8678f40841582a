// What happens to logs, and to those who follow them and come back: nothing is lost, nothing comes twice, and what cannot be known is said.

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class FollowRotationSpecs
{
    static TemporaryFolder folder = null!;
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        folder = new TemporaryFolder();
        folder.Write("quotes.txt", "a line\n");
        server = await TestServer.StartAsync("--dicts", folder.Path);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_log_that_is_rotated_by_rename_is_read_to_its_end_and_the_new_one_from_its_beginning()
    {
        folder.Write("renamed.log", "x 1\n");
        await using var client = await FollowClient.StartAsync(server.Url, "q=x&dictionary=renamed.log");

        Append("renamed.log", "x 2\n");
        File.Move(Of("renamed.log"), Of("renamed.log.1"));
        Append("renamed.log.1", "x 3, by a writer that has it open\n");
        folder.Write("renamed.log", "x 4\n");
        var told = (await client.NextAsync(3)).Select(line => line.Split(':')[^1]).ToArray();
        Append("renamed.log.1", "x 5, late\n");
        var late = await client.NextShortAsync();

        CollectionAssert.AreEqual(new[] { "x 2", "x 3, by a writer that has it open", "x 4" }, told);
        Assert.AreEqual("renamed.log.1:4:x 5, late", late);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_log_rotated_twice_between_two_looks_loses_nothing()
    {
        folder.Write("twice.log", "x 1\n");
        await using var client = await FollowClient.StartAsync(server.Url, "q=x&dictionary=twice.log");

        Append("twice.log", "x 2\n");
        File.Move(Of("twice.log"), Of("twice.log.1"));
        folder.Write("twice.log", "x 3\n");
        File.Move(Of("twice.log.1"), Of("twice.log.2"));
        File.Move(Of("twice.log"), Of("twice.log.1"));
        folder.Write("twice.log", "x 4\n");

        var told = (await client.NextAsync(3)).Select(line => line.Split(':')[^1]).ToArray();
        CollectionAssert.AreEqual(new[] { "x 2", "x 3", "x 4" }, told);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_log_that_is_truncated_says_so_and_goes_on_from_its_beginning()
    {
        folder.Write("truncated.log", "x 1\nx 2\n");
        await using var client = await FollowClient.StartAsync(server.Url, "q=x&dictionary=truncated.log");

        await File.WriteAllTextAsync(Of("truncated.log"), "x 3\n");
        CollectionAssert.AreEqual(new[] { "rotated truncated.log", "truncated.log:1:x 3" }, await client.NextAsync(2));
        var rewritten = new FileStream(Of("truncated.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        await using (rewritten) await rewritten.WriteAsync("x 4\nx 5\n"u8.ToArray());
        CollectionAssert.AreEqual(
            new[] { "rotated truncated.log", "truncated.log:1:x 4", "truncated.log:2:x 5" }, await client.NextAsync(3));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_truncation_under_a_writer_leaves_a_hole_that_is_no_text()
    {
        folder.Write("hole.log", "x 1\n");
        await using var client = await FollowClient.StartAsync(server.Url, "q=x&dictionary=hole.log");
        await using var writer = new FileStream(Of("hole.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        writer.Position = writer.Length;
        await writer.WriteAsync("x 2\n"u8.ToArray());
        await writer.FlushAsync();
        Assert.AreEqual("hole.log:2:x 2", await client.NextShortAsync());

        using (var truncating = File.OpenHandle(Of("hole.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            RandomAccess.SetLength(truncating, 0);
        await writer.WriteAsync("x 3\n"u8.ToArray());
        await writer.FlushAsync();

        CollectionAssert.AreEqual(new[] { "rotated hole.log", "hole.log:1:x 3" }, await client.NextAsync(2));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_follower_that_comes_back_gets_what_it_has_missed_once()
    {
        folder.Write("back.log", "x 0\n");
        folder.Write("quiet.log", "x q\n");
        var (query, cursor) = ("q=x&dictionary=back.log&dictionary=quiet.log", "");
        await using (var client = await FollowClient.StartAsync(server.Url, query))
        {
            Append("back.log", "x 1\nx 2\n");
            Assert.AreEqual("back.log:2:x 1", await client.NextShortAsync());
            cursor = client.Cursor;
        }
        Append("back.log", "x 3\n");
        Append("quiet.log", "x 4\n");
        File.Move(Of("back.log"), Of("back.log.1"));
        folder.Write("back.log", "x 5\n");

        await using var again = await FollowClient.StartAsync(server.Url, query, cursor);
        var missed = (await again.NextAsync(4)).Select(line => line.Split(':')[^1]).Order(StringComparer.Ordinal).ToArray();
        Append("back.log", "x 6\n");

        CollectionAssert.AreEqual(new[] { "x 2", "x 3", "x 4", "x 5" }, missed);
        Assert.AreEqual("back.log:2:x 6", await again.NextShortAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_cursor_too_short_for_all_files_says_where_something_may_be_missing()
    {
        Directory.CreateDirectory(Of("many"));
        for (var number = 0; number < 200; number++) folder.Write($"many/{number:D3}.log", "x\n");
        var written = DateTime.UtcNow;
        await Wait.UntilAsync(() => DateTime.UtcNow > written.AddSeconds(1.1), "none of them is so young that it might change untold");
        var cursor = "";
        await using (var client = await FollowClient.StartAsync(server.Url, "q=x&dictionary=many"))
        {
            Append("many/007.log", "x seen\n");
            Assert.AreEqual("many/007.log:2:x seen", await client.NextShortAsync());
            cursor = client.Cursor;
        }
        var changed = DateTime.UtcNow;
        await Wait.UntilAsync(() => DateTime.UtcNow > changed.AddSeconds(1), "the clock has passed what the cursor allows for");
        Append("many/007.log", "x known\n");
        Append("many/123.log", "x unknown\n");
        folder.Write("many/new.log", "x new\n");

        await using var again = await FollowClient.StartAsync(server.Url, "q=x&dictionary=many", cursor);

        CollectionAssert.AreEquivalent(
            new[] { """gap ["many/123.log"]""", "many/007.log:3:x known", "many/new.log:1:x new" }, await again.NextAsync(3));
        Assert.IsLessThanOrEqualTo(2048, again.Cursor.Length);
    }

    static string Of(string name) => Path.Join(folder.Path, name);

    static void Append(string name, string text) => File.AppendAllText(Of(name), text);
}
