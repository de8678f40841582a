// Lines as they are written: every line that matches, once, in order, through all that happens to logs.

using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class FollowSpecs
{
    static TemporaryFolder folder = null!;
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        folder = new TemporaryFolder();
        folder.Write("quotes.txt", "a cache\nno\ncached twice\nlast cache line\n");
        server = await TestServer.StartAsync("--dicts", folder.Path);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lines_come_as_they_are_written_with_their_numbers_and_bounds()
    {
        folder.Write("app.log", "an old error\n");
        await using var client = await FollowClient.StartAsync(server.Url, "q=error&dictionary=app.log");

        Append("app.log", "fine\nthe first error here\n");
        var first = (await client.NextAsync())!;
        Append("app.log", "the second error\n");
        var second = (await client.NextAsync())!;

        first.AsObject().Remove("cursor");
        Assert.AreEqual("""{"dictionary":"app.log","line":3,"text":"the first error here","bounds":[[10,15]]}""", first.ToJsonString());
        Assert.AreEqual(4, second["line"]!.GetValue<int>());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_line_is_matched_when_its_newline_is_there()
    {
        folder.Write("partial.log", "");
        await using var client = await FollowClient.StartAsync(server.Url, "q=error$&mode=extended&dictionary=partial.log");

        Append("partial.log", "one error");
        Append("partial.log", "\ntwo err");
        Assert.AreEqual("partial.log:1:one error", await client.NextShortAsync());
        Append("partial.log", "or\r\n");
        Assert.AreEqual("partial.log:2:two error", await client.NextShortAsync());
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
    public async Task New_files_that_fit_join_and_others_do_not()
    {
        Directory.CreateDirectory(Of("joins"));
        folder.Write("joins/a.log", "");
        await using var client = await FollowClient.StartAsync(server.Url, "q=x&dictionary=joins/**/*.log");

        folder.Write("joins/b.txt", "x of another kind\n");
        Directory.CreateDirectory(Of("joins/deep/down"));
        folder.Write("joins/deep/down/c.log", "x deep\n");
        Assert.AreEqual("joins/deep/down/c.log:1:x deep", await client.NextShortAsync());
        File.Move(Of("joins/deep/down/c.log"), Of("joins/moved.log"));
        Append("joins/moved.log", "x moved\n");
        Assert.AreEqual("joins/moved.log:2:x moved", await client.NextShortAsync());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("q=ERROR&ignore_case=true", "an error\n", "no\n")]
    [DataRow("q=cat&word=true", "a cat\n", "concat\n")]
    [DataRow("q=whole&line=true", "whole\n", "wholes\n")]
    [DataRow("q=debug&invert=true", "info\n", "debug\n")]
    [DataRow("q=two%20one&mode=words", "one and two\n", "only one\n")]
    [DataRow("q=a.b&mode=fixed", "xa.by\n", "axb\n")]
    [DataRow("q=^\\d%2B$&mode=perl", "123\n", "123a\n")]
    public async Task Lines_are_chosen_as_a_search_chooses_them(string query, string matches, string doesNot)
    {
        var name = $"chosen{Guid.NewGuid():N}.log";
        folder.Write(name, "");
        await using var client = await FollowClient.StartAsync(server.Url, $"{query}&dictionary={name}");

        Append(name, doesNot);
        Append(name, matches);
        Append(name, doesNot + matches);

        CollectionAssert.AreEqual(new[] { $"{name}:2:{matches.Trim()}", $"{name}:4:{matches.Trim()}" }, await client.NextAsync(2));
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_last_matches_from_before_come_first_where_they_are_asked_for()
    {
        await using var client = await FollowClient.StartAsync(server.Url, "q=cache&dictionary=quotes.txt&last=2");

        CollectionAssert.AreEqual(new[] { "quotes.txt:3:cached twice", "quotes.txt:4:last cache line" }, await client.NextAsync(2));
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_last_matches_are_found_far_from_the_end_of_a_large_log()
    {
        var noise = string.Concat(Enumerable.Range(0, 40_000).Select(number => $"nothing to see in line {number}\n"));
        folder.Write("far.log", $"x 1\nx 2\n{noise}x 3\n{noise}");
        await using var client = await FollowClient.StartAsync(server.Url, "q=^x&dictionary=far.log&last=2");

        CollectionAssert.AreEqual(new[] { "far.log:2:x 2", "far.log:40003:x 3" }, await client.NextAsync(2));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Events_are_those_of_text_event_stream()
    {
        folder.Write("events.log", "");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/follow?q=x&dictionary=events.log");
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.AreEqual("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.AreEqual("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.IsEmpty(response.Content.Headers.ContentEncoding);
        Assert.AreEqual(":", await reader.ReadLineAsync());
        StringAssert.StartsWith(await reader.ReadLineAsync(), "id: ", StringComparison.Ordinal);
        Assert.AreEqual("", await reader.ReadLineAsync());
        Append("events.log", "a \"quoted\" x\n");
        StringAssert.Matches(await reader.ReadLineAsync(), new("^id: [A-Za-z0-9_-]{20,2048}$"));
        Assert.AreEqual(
            """data: {"dictionary":"events.log","line":1,"text":"a \"quoted\" x","bounds":[[11,12]]}""", await reader.ReadLineAsync());
        Assert.AreEqual("", await reader.ReadLineAsync());
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

    [TestMethod, Timeout(60_000)]
    public async Task A_line_that_grep_gives_up_on_is_told_and_the_others_are_judged()
    {
        folder.Write("hard.log", "");
        await using var client = await FollowClient.StartAsync(server.Url, "q=(a%2Ba%2B)%2Bb|fine&mode=perl&dictionary=hard.log");

        Append("hard.log", $"fine 1\n{new string('a', 5_000)}\nfine 2\n");

        CollectionAssert.AreEquivalent(
            new[] { "hard.log:1:fine 1", "hard.log:3:fine 2", "problem hard.log" }, await client.NextAsync(3));
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_is_no_plain_text_is_named_once()
    {
        await File.WriteAllTextAsync(Of("wide16.log"), "x\n", Encoding.Unicode);
        folder.Write("plain16.log", "");
        await using var client = await FollowClient.StartAsync(server.Url, "q=x&dictionary=*16.log");

        Assert.AreEqual("problem wide16.log", await client.NextShortAsync());
        await File.AppendAllTextAsync(Of("wide16.log"), "x 2\n", Encoding.Unicode);
        Append("plain16.log", "x 3\n");
        Assert.AreEqual("plain16.log:1:x 3", await client.NextShortAsync());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("dictionary=quotes.txt", 400, "'q' is missing")]
    [DataRow("q=x&limit=3", 400, "limit")]
    [DataRow("q=x&context=3", 400, "context")]
    [DataRow("q=x&last=1001", 400, "'last' must be an integer in 0..1000")]
    [DataRow("q=x&cursor=abc", 400, "'cursor' is not one of ours")]
    [DataRow("q=[&dictionary=quotes.txt", 400, "grep")]
    [DataRow("q=x&dictionary=missing.txt", 404, "missing.txt")]
    public async Task What_cannot_be_followed_is_refused(string query, int status, string words)
    {
        using var refused = await server.Http.GetAsync($"/api/v1/follow?{query}");

        Assert.AreEqual(status, (int)refused.StatusCode);
        Assert.Contains(words, (await refused.Content.ReadAsStringAsync()).Replace("\\u0027", "'", StringComparison.Ordinal));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_cursor_is_good_for_its_own_question_alone()
    {
        await using var client = await FollowClient.StartAsync(server.Url, "q=x&dictionary=quotes.txt");

        using var refused = await server.Http.GetAsync($"/api/v1/follow?q=y&dictionary=quotes.txt&cursor={client.Cursor}");

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("belongs to another question", await refused.Content.ReadAsStringAsync());
    }

    static string Of(string name) => Path.Join(folder.Path, name);

    static void Append(string name, string text) => File.AppendAllText(Of(name), text);
}
