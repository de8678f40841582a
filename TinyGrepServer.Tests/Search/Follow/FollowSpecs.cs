// Lines as they are written: every line that matches, once, in order, through all that happens to logs.

using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class FollowSpecs
{
    static FollowedFolder folder = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) =>
        folder = await FollowedFolder.StartAsync("a cache\nno\ncached twice\nlast cache line\n");

    [ClassCleanup]
    public static async Task StopAsync() => await folder.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task Lines_come_as_they_are_written_with_their_numbers_and_bounds()
    {
        folder.Write("app.log", "an old error\n");
        await using var client = await folder.FollowAsync("q=error&dictionary=app.log");

        folder.Append("app.log", "fine\nthe first error here\n");
        var first = (await client.NextAsync())!;
        folder.Append("app.log", "the second error\n");
        var second = (await client.NextAsync())!;

        first.AsObject().Remove("cursor");
        Assert.AreEqual("""{"dictionary":"app.log","line":3,"text":"the first error here","bounds":[[10,15]]}""", first.ToJsonString());
        Assert.AreEqual(4, second["line"]!.GetValue<int>());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_line_is_matched_when_its_newline_is_there()
    {
        folder.Write("partial.log", "");
        await using var client = await folder.FollowAsync("q=error$&mode=extended&dictionary=partial.log");

        folder.Append("partial.log", "one error");
        folder.Append("partial.log", "\ntwo err");
        Assert.AreEqual("partial.log:1:one error", await client.NextShortAsync());
        folder.Append("partial.log", "or\r\n");
        Assert.AreEqual("partial.log:2:two error", await client.NextShortAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task New_files_that_fit_join_and_others_do_not()
    {
        Directory.CreateDirectory(folder.Of("joins"));
        folder.Write("joins/a.log", "");
        await using var client = await folder.FollowAsync("q=x&dictionary=joins/**/*.log");

        folder.Write("joins/b.txt", "x of another kind\n");
        Directory.CreateDirectory(folder.Of("joins/deep/down"));
        folder.Write("joins/deep/down/c.log", "x deep\n");
        Assert.AreEqual("joins/deep/down/c.log:1:x deep", await client.NextShortAsync());
        File.Move(folder.Of("joins/deep/down/c.log"), folder.Of("joins/moved.log"));
        folder.Append("joins/moved.log", "x moved\n");
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
        await using var client = await folder.FollowAsync($"{query}&dictionary={name}");

        folder.Append(name, doesNot);
        folder.Append(name, matches);
        folder.Append(name, doesNot + matches);

        var line = $"{matches}".TrimEnd();
        CollectionAssert.AreEqual(new[] { $"{name}:2:{line}", $"{name}:4:{line}" }, await client.NextAsync(2));
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_last_matches_from_before_come_first_where_they_are_asked_for()
    {
        await using var client = await folder.FollowAsync("q=cache&dictionary=quotes.txt&last=2");

        CollectionAssert.AreEqual(new[] { "quotes.txt:3:cached twice", "quotes.txt:4:last cache line" }, await client.NextAsync(2));
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_last_matches_are_found_far_from_the_end_of_a_large_log()
    {
        var noise = string.Concat(Enumerable.Range(0, 40_000).Select(number => $"nothing to see in line {number}\n"));
        folder.Write("far.log", $"x 1\nx 2\n{noise}x 3\n{noise}");
        await using var client = await folder.FollowAsync("q=^x&dictionary=far.log&last=2");

        CollectionAssert.AreEqual(new[] { "far.log:2:x 2", "far.log:40003:x 3" }, await client.NextAsync(2));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Events_are_those_of_text_event_stream()
    {
        folder.Write("events.log", "");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/follow?q=x&dictionary=events.log");
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var response = await folder.Server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.AreEqual("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.AreEqual("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.IsEmpty(response.Content.Headers.ContentEncoding);
        Assert.AreEqual(":", await reader.ReadLineAsync());
        StringAssert.StartsWith(await reader.ReadLineAsync(), "id: ", StringComparison.Ordinal);
        Assert.AreEqual("", await reader.ReadLineAsync());
        folder.Append("events.log", "a \"quoted\" x\n");
        StringAssert.Matches(await reader.ReadLineAsync(), new("^id: [A-Za-z0-9_-]{20,2048}$"));
        Assert.AreEqual(
            """data: {"dictionary":"events.log","line":1,"text":"a \"quoted\" x","bounds":[[11,12]]}""", await reader.ReadLineAsync());
        Assert.AreEqual("", await reader.ReadLineAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_line_that_grep_gives_up_on_is_told_and_the_others_are_judged()
    {
        folder.Write("hard.log", "");
        await using var client = await folder.FollowAsync("q=(a%2Ba%2B)%2Bb|fine&mode=perl&dictionary=hard.log");

        folder.Append("hard.log", $"fine 1\n{new string('a', 5_000)}\nfine 2\n");

        CollectionAssert.AreEquivalent(
            new[] { "hard.log:1:fine 1", "hard.log:3:fine 2", "problem hard.log" }, await client.NextAsync(3));
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_is_no_plain_text_is_named_once()
    {
        await File.WriteAllTextAsync(folder.Of("wide16.log"), "x\n", Encoding.Unicode);
        folder.Write("plain16.log", "");
        await using var client = await folder.FollowAsync("q=x&dictionary=*16.log");

        Assert.AreEqual("problem wide16.log", await client.NextShortAsync());
        await File.AppendAllTextAsync(folder.Of("wide16.log"), "x 2\n", Encoding.Unicode);
        folder.Append("plain16.log", "x 3\n");
        Assert.AreEqual("plain16.log:1:x 3", await client.NextShortAsync());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("dictionary=quotes.txt", 400, "'q' is missing")]
    [DataRow("q=x&limit=3", 400, "limit")]
    [DataRow("q=x&context=3", 400, "context")]
    [DataRow("q=x&last=1001", 400, "'last' must be an integer in 0..1000")]
    [DataRow("q=x&cursor=abc", 400, "'cursor' is not valid")]
    [DataRow("q=[&dictionary=quotes.txt", 400, "grep")]
    [DataRow("q=x&dictionary=missing.txt", 404, "missing.txt")]
    public async Task What_cannot_be_followed_is_refused(string query, int status, string words)
    {
        using var refused = await folder.Server.Http.GetAsync($"/api/v1/follow?{query}");

        Assert.AreEqual(status, (int)refused.StatusCode);
        Assert.Contains(words, (await refused.Content.ReadAsStringAsync()).Replace("\\u0027", "'", StringComparison.Ordinal));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_cursor_is_good_for_its_own_question_alone()
    {
        await using var client = await folder.FollowAsync("q=x&dictionary=quotes.txt");

        using var refused = await folder.Server.Http.GetAsync($"/api/v1/follow?q=y&dictionary=quotes.txt&cursor={client.Cursor}");

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("belongs to another question", await refused.Content.ReadAsStringAsync());
    }
}
