// What happens to logs, and to those who follow them and come back: nothing is lost, nothing comes twice, and what cannot be known is said.

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class FollowRotationSpecs
{
    static FollowedFolder folder = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => folder = await FollowedFolder.StartAsync("a line\n");

    [ClassCleanup]
    public static async Task StopAsync() => await folder.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task A_log_that_is_rotated_by_rename_is_read_to_its_end_and_the_new_one_from_its_beginning()
    {
        folder.Write("renamed.log", "x 1\n");
        await using var client = await folder.FollowAsync("q=x&dictionary=renamed.log");

        folder.Append("renamed.log", "x 2\n");
        File.Move(folder.Of("renamed.log"), folder.Of("renamed.log.1"));
        folder.Append("renamed.log.1", "x 3, by a writer that has it open\n");
        folder.Write("renamed.log", "x 4\n");
        var told = (await client.NextAsync(3)).Select(line => line.Split(':')[^1]).ToArray();
        folder.Append("renamed.log.1", "x 5, late\n");
        var late = await client.NextShortAsync();

        CollectionAssert.AreEqual(new[] { "x 2", "x 3, by a writer that has it open", "x 4" }, told);
        Assert.AreEqual("renamed.log.1:4:x 5, late", late);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_log_rotated_twice_between_two_looks_loses_nothing()
    {
        folder.Write("twice.log", "x 1\n");
        await using var client = await folder.FollowAsync("q=x&dictionary=twice.log");

        folder.Append("twice.log", "x 2\n");
        File.Move(folder.Of("twice.log"), folder.Of("twice.log.1"));
        folder.Write("twice.log", "x 3\n");
        File.Move(folder.Of("twice.log.1"), folder.Of("twice.log.2"));
        File.Move(folder.Of("twice.log"), folder.Of("twice.log.1"));
        folder.Write("twice.log", "x 4\n");

        var told = (await client.NextAsync(3)).Select(line => line.Split(':')[^1]).ToArray();
        CollectionAssert.AreEqual(new[] { "x 2", "x 3", "x 4" }, told);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_log_rotated_twice_after_it_was_missed_at_a_look_loses_nothing()
    {
        folder.Write("missed.log", "x 1\n");
        folder.Write("mark.log", "");
        await using var client = await folder.FollowAsync("q=x&dictionary=missed.log&dictionary=mark.log");

        File.Move(folder.Of("missed.log"), folder.Of("missed.log.1"));
        folder.Append("mark.log", "x: it has been looked at\n");
        Assert.AreEqual("mark.log:1:x: it has been looked at", await client.NextShortAsync());
        File.Move(folder.Of("missed.log.1"), folder.Of("missed.log.2"));
        folder.Write("missed.log.1", "x 2\n");
        folder.Write("missed.log", "x 3\n");
        var told = await client.NextAsync(2);
        folder.Append("missed.log.2", "x 4\n");

        CollectionAssert.AreEqual(new[] { "missed.log.1:1:x 2", "missed.log:1:x 3" }, told);
        Assert.AreEqual("missed.log.2:2:x 4", await client.NextShortAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_log_that_is_truncated_says_so_and_goes_on_from_its_beginning()
    {
        folder.Write("truncated.log", "x 1\nx 2\n");
        await using var client = await folder.FollowAsync("q=x&dictionary=truncated.log");

        await File.WriteAllTextAsync(folder.Of("truncated.log"), "x 3\n");
        CollectionAssert.AreEqual(new[] { "rotated truncated.log", "truncated.log:1:x 3" }, await client.NextAsync(2));
        var rewritten = new FileStream(folder.Of("truncated.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        await using (rewritten) await rewritten.WriteAsync("x 4\nx 5\n"u8.ToArray());
        CollectionAssert.AreEqual(
            new[] { "rotated truncated.log", "truncated.log:1:x 4", "truncated.log:2:x 5" }, await client.NextAsync(3));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_truncation_under_a_writer_leaves_a_hole_that_is_no_text()
    {
        folder.Write("hole.log", "x 1\n");
        await using var client = await folder.FollowAsync("q=x&dictionary=hole.log");
        await using var writer = new FileStream(folder.Of("hole.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        writer.Position = writer.Length;
        await writer.WriteAsync("x 2\n"u8.ToArray());
        await writer.FlushAsync();
        Assert.AreEqual("hole.log:2:x 2", await client.NextShortAsync());

        using (var truncating = File.OpenHandle(folder.Of("hole.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
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
        await using (var client = await folder.FollowAsync(query))
        {
            folder.Append("back.log", "x 1\nx 2\n");
            Assert.AreEqual("back.log:2:x 1", await client.NextShortAsync());
            cursor = client.Cursor;
        }
        folder.Append("back.log", "x 3\n");
        folder.Append("quiet.log", "x 4\n");
        File.Move(folder.Of("back.log"), folder.Of("back.log.1"));
        folder.Write("back.log", "x 5\n");

        await using var again = await folder.FollowAsync(query, cursor);
        var missed = (await again.NextAsync(4)).Select(line => line.Split(':')[^1]).Order(StringComparer.Ordinal).ToArray();
        folder.Append("back.log", "x 6\n");

        CollectionAssert.AreEqual(new[] { "x 2", "x 3", "x 4", "x 5" }, missed);
        Assert.AreEqual("back.log:2:x 6", await again.NextShortAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_cursor_too_short_for_all_files_says_where_something_may_be_missing()
    {
        Directory.CreateDirectory(folder.Of("many"));
        for (var number = 0; number < 200; number++) folder.Write($"many/{number:D3}.log", "x\n");
        var written = DateTime.UtcNow;
        await Wait.UntilAsync(() => DateTime.UtcNow > written.AddSeconds(1.1), "none of them is so young that it might change untold");
        var cursor = "";
        await using (var client = await folder.FollowAsync("q=x&dictionary=many"))
        {
            folder.Append("many/007.log", "x seen\n");
            Assert.AreEqual("many/007.log:2:x seen", await client.NextShortAsync());
            cursor = client.Cursor;
        }
        var changed = DateTime.UtcNow;
        await Wait.UntilAsync(() => DateTime.UtcNow > changed.AddSeconds(1), "the clock has passed what the cursor allows for");
        folder.Append("many/007.log", "x known\n");
        folder.Append("many/123.log", "x unknown\n");
        folder.Write("many/new.log", "x new\n");

        await using var again = await folder.FollowAsync("q=x&dictionary=many", cursor);

        CollectionAssert.AreEquivalent(
            new[] { """gap ["many/123.log"]""", "many/007.log:3:x known", "many/new.log:1:x new" }, await again.NextAsync(3));
        Assert.IsLessThanOrEqualTo(2048, again.Cursor.Length);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_file_of_two_names_is_told_once()
    {
        Directory.CreateDirectory(folder.Of("named"));
        folder.Write("named/one.log", "");
        File.CreateSymbolicLink(folder.Of("named/two.log"), "one.log");
        await using var client = await folder.FollowAsync("q=x&dictionary=named");

        folder.Append("named/one.log", "x 1\n");
        folder.Append("named/two.log", "x 2\n");
        Assert.AreEqual("named/one.log:1:x 1", await client.NextShortAsync());
        Assert.AreEqual("named/one.log:2:x 2", await client.NextShortAsync());
        File.Delete(folder.Of("named/two.log"));
        folder.Append("named/one.log", "x 3\n");

        Assert.AreEqual("named/one.log:3:x 3", await client.NextShortAsync());
    }
}
