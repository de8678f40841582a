// The full API can be asked in three ways. They must mean the same, fill in the same defaults and refuse the same things,
// or a link that was shared would not be the question that was asked.

using System.Text;
using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class FullApiSpecs
{
    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write("a.txt", "one fish\ntwo fish\nred fish\nblue fish\nno swimmer\n");
        Folder.Write("b.txt", "Fish and chips\n");
        server = await TestServer.StartAsync("--dicts", Folder.Path);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_answer_has_the_question_the_matches_and_why_it_ended()
    {
        var answered = await server.GetAsync("/api/v1/search?q=t.o&context=1").OkAsync();

        Assert.AreEqual(
            """{"query":{"q":"t.o","dictionary":[],"mode":"basic","ignore_case":false,"word":false,"line":false,"invert":false"""
            + ""","before":1,"after":1,"limit":100,"count_only":false}"""
            + ""","matches":[{"dictionary":"a.txt","line":2,"text":"two fish","bounds":[[0,3]]"""
            + ""","before":["one fish"],"after":["red fish"]}]"""
            + ""","count":1,"complete":true,"stop_reason":"end","next":null,"skipped":{},"problems":[]}""",
            answered.Text);
        Assert.AreEqual("application/json", answered.Response.Content.Headers.ContentType!.MediaType);
        Assert.AreEqual("Accept", string.Join(",", answered.Response.Headers.Vary));
        StringAssert.Matches(
            string.Join(",", answered.Response.Headers.GetValues("Server-Timing")),
            new(@"^folder;dur=[\d.]+, sieve;desc=""\d+ of \d+"";dur=[\d.]+, queue;dur=[\d.]+, "
                + @"search;desc=""grep -n -a -H -Z --color=always -G -B1 -A1 -m101"";dur=[\d.]+$"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("q=fish", """{"q":"fish"}""")]
    [DataRow("q=fish&dictionary=a.txt", """{"q":"fish","dictionary":"a.txt"}""")]
    [DataRow("q=fish&dictionary=b.txt&dictionary=a.txt", """{"q":"fish","dictionary":["b.txt","a.txt"]}""")]
    [DataRow("q=FISH&ignore_case=true&limit=2", """{"q":"FISH","ignore_case":true,"limit":2}""")]
    [DataRow("q=(one%7Ctwo)+f&mode=extended&before=1", """{"q":"(one|two) f","mode":"extended","before":1}""")]
    [DataRow("q=is&word=1&line=0&invert=on", """{"q":"is","word":true,"line":false,"invert":true}""")]
    [DataRow("q=fish&count_only=true", """{"q":"fish","count_only":true}""")]
    [DataRow("q=f.sh&mode=fixed", """{"q":"f.sh","mode":"fixed"}""")]
    [DataRow("q=%5Ctfish%7Cs(%3F%3Dh)&mode=perl&context=2&after=0", """{"q":"\\tfish|s(?=h)","mode":"perl","context":2,"after":0}""")]
    public async Task GET_POST_and_QUERY_give_the_same_answer(string query, string body)
    {
        var got = await server.GetAsync($"/api/v1/search?{query}").OkAsync();
        var posted = await server.PostAsync(Questions.Full, body).OkAsync();
        var queried = await server.SendAsync(new HttpMethod("QUERY"), Questions.Full, Encoding.UTF8.GetBytes(body)).OkAsync();

        Assert.AreEqual(got.Text, posted.Text);
        Assert.AreEqual(got.Text, queried.Text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("before=0", 0, 0)]
    [DataRow("context=1", 1, 1)]
    [DataRow("context=1&before=2", 2, 1)]
    [DataRow("context=2&after=0", 2, 0)]
    [DataRow("after=1000", 0, 2)]
    public async Task Context_is_the_default_of_before_and_after(string query, int before, int after)
    {
        var answered = await server.GetAsync($"/api/v1/search?q=red&{query}").OkAsync();

        Assert.HasCount(before, answered.Matches.Single().Strings("before"));
        Assert.HasCount(after, answered.Matches.Single().Strings("after"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("", "q")]
    [DataRow("q=", "q")]
    [DataRow("q=a&query=b", "query")]
    [DataRow("q=a&Q=b", "Q")]
    [DataRow("q=a&q=b", "q")]
    [DataRow("q=a&limit=1&limit=2", "limit")]
    [DataRow("q=a&limit=0", "limit")]
    [DataRow("q=a&limit=-1", "limit")]
    [DataRow("q=a&limit=10001", "limit")]
    [DataRow("q=a&limit=ten", "limit")]
    [DataRow("q=a&limit=1.5", "limit")]
    [DataRow("q=a&limit=", "limit")]
    [DataRow("q=a&limit=99999999999", "limit")]
    [DataRow("q=a&before=-1", "before")]
    [DataRow("q=a&before=1001", "before")]
    [DataRow("q=a&after=1001", "after")]
    [DataRow("q=a&context=1001", "context")]
    [DataRow("q=a&context=-1", "context")]
    [DataRow("q=a&mode=regex", "mode")]
    [DataRow("q=a&mode=", "mode")]
    [DataRow("q=a&ignore_case=maybe", "ignore_case")]
    [DataRow("q=a&word=2", "word")]
    [DataRow("q=a&line=", "line")]
    [DataRow("q=a&invert=TRUE", "invert")]
    [DataRow("q=a&count_only=yes", "count_only")]
    [DataRow("q=a%0Ab", "q")]
    [DataRow("q=a%00b", "q")]
    public async Task A_wrong_parameter_is_refused_by_name(string query, string name)
    {
        var refused = await server.GetAsync($"/api/v1/search?{query}").RefusedAsync(400);

        StringAssert.Contains(refused.Detail, $"'{name}'", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("""{"q":"a","limit":"3"}""", "limit")]
    [DataRow("""{"q":"a","limit":0}""", "limit")]
    [DataRow("""{"q":"a","word":"true"}""", "word")]
    [DataRow("""{"q":"a","word":1}""", "word")]
    [DataRow("""{"q":"a","dictionary":1}""", "dictionary")]
    [DataRow("""{"q":"a","dictionary":[1]}""", "dictionary")]
    [DataRow("""{"q":"a","dictionary":[null]}""", "dictionary")]
    [DataRow("""{"q":"a","dictionary":"a.txt","limit":"3"}""", "limit")]
    [DataRow("""{"q":"a","dictionary":"a.txt","nope":1}""", "nope")]
    [DataRow("""{"q":"a","dictionary":{"a":1}}""", "dictionary")]
    [DataRow("""{"q":"a","q":"b"}""", "q")]
    [DataRow("""{"q":["a"]}""", "q")]
    [DataRow("""{"q":"a","term":"b"}""", "term")]
    [DataRow("""{"q":"a","mode":1}""", "mode")]
    [DataRow("{}", "q")]
    public async Task A_wrong_member_is_refused_by_name(string body, string name)
    {
        var refused = await server.PostAsync(Questions.Full, body).RefusedAsync(400);

        StringAssert.Contains(refused.Detail, $"'{name}'", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Null_members_have_their_defaults()
    {
        const string Body =
            """{"q":"fish","dictionary":null,"mode":null,"ignore_case":null,"before":null,"after":null,"context":null"""
            + ""","limit":null,"cursor":null,"count_only":null}""";

        var answered = await server.PostAsync(Questions.Full, Body).OkAsync();

        Assert.AreEqual((await server.GetAsync("/api/v1/search?q=fish").OkAsync()).Text, answered.Text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("POST", "text/plain")]
    [DataRow("QUERY", "text/plain")]
    [DataRow("POST", "application/x-www-form-urlencoded")]
    public async Task A_body_declared_as_something_else_than_JSON_is_refused(string method, string type) =>
        await server.SendAsync(new HttpMethod(method), Questions.Full, """{"q":"a"}"""u8.ToArray(), type).RefusedAsync(415);

    [TestMethod, Timeout(60_000)]
    public async Task A_body_question_takes_nothing_from_the_URL() =>
        await server.PostAsync($"{Questions.Full}?q=fish", """{"q":"fish"}""").RefusedAsync(400);

    [TestMethod, Timeout(60_000)]
    public async Task An_empty_list_of_dictionaries_means_all()
    {
        var answered = await server.PostAsync(Questions.Full, """{"q":"ish","dictionary":[]}""").OkAsync();

        Assert.HasCount(5, answered.Matches);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("fixed", "b[")]
    [DataRow("basic", "b[")]
    [DataRow("extended", "b[")]
    [DataRow("perl", "b[")]
    public async Task A_pattern_is_judged_by_its_mode(string mode, string q)
    {
        var answered = await server.FullAsync(new { q, mode });

        Assert.AreEqual(mode == "fixed" ? 200 : 400, answered.Status);
        if (answered.Status == 400) StringAssert.StartsWith(answered.Detail, "grep: ", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task NDJSON_is_one_match_a_line_and_the_summary_last()
    {
        const string Question = "/api/v1/search?q=fish&context=1&limit=3";

        var json = await server.GetAsync(Question).OkAsync();
        var ndjson = await server.GetAsync(Question, ("Accept", "application/x-ndjson")).OkAsync();

        var lines = ndjson.Text.Split('\n');
        Assert.AreEqual("application/x-ndjson", ndjson.Response.Content.Headers.ContentType!.MediaType);
        Assert.AreEqual("", lines[^1], "each line ends in a newline");
        CollectionAssert.AreEqual(json.Matches.Select(match => match.GetRawText()).ToArray(), lines[..^2]);
        var summary = JsonDocument.Parse(lines[^2]).RootElement;
        CollectionAssert.AreEqual(
            json.Json.EnumerateObject().Where(member => member.Name != "matches").Select(member => member.ToString()).ToArray(),
            summary.EnumerateObject().Select(member => member.ToString()).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public async Task NDJSON_without_a_match_is_the_summary_alone()
    {
        var ndjson = await server.GetAsync("/api/v1/search?q=whale", ("Accept", "text/html, application/x-ndjson;q=0.9")).OkAsync();

        var summary = JsonDocument.Parse(ndjson.Text.TrimEnd('\n')).RootElement;
        Assert.AreEqual(0, summary.GetProperty("count").GetInt32());
        Assert.IsTrue(summary.GetProperty("complete").GetBoolean());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("q=fish", 4)]
    [DataRow("q=fish&limit=1", 4)]
    [DataRow("q=fish&ignore_case=true", 5)]
    [DataRow("q=fish&invert=true", 2)]
    [DataRow("q=whale", 0)]
    public async Task Count_only_counts_all_matches_and_gives_none(string query, int expected)
    {
        var answered = await server.GetAsync($"/api/v1/search?{query}&count_only=true").OkAsync();

        Assert.AreEqual(expected, answered.Json.GetProperty("count").GetInt32());
        Assert.IsEmpty(answered.Matches);
        Assert.IsTrue(answered.Json.GetProperty("complete").GetBoolean());
        Assert.AreEqual("end", answered.Json.GetProperty("stop_reason").GetString());
    }

    [TestMethod, Timeout(60_000)]
    public async Task HEAD_of_an_answer_that_is_kept_has_its_length_and_tag()
    {
        var tag = await server.SettledTagAsync("/api/v1/search?q=fish");
        var got = await server.GetAsync("/api/v1/search?q=fish").OkAsync();
        var head = await server.SendAsync(HttpMethod.Head, "/api/v1/search?q=fish").OkAsync();

        Assert.AreEqual(got.Response.Content.Headers.ContentLength, head.Response.Content.Headers.ContentLength);
        Assert.AreEqual(tag, $"{head.Response.Headers.ETag}");
        Assert.IsEmpty(head.Bytes);
    }

    [TestMethod, Timeout(60_000)]
    public async Task HEAD_of_another_makes_no_search_and_tells_no_length()
    {
        using var folder = new TemporaryFolder();
        folder.Write("odd.txt", new string('a', 401) + "bx\n");
        await using var searched = await TestServer.StartAsync("--dicts", folder.Path, "--timeout", "50s");
        var endless = Uri.EscapeDataString(@"^\(a*\)\(a*\)\(a*\)\(a*\)\1\2\3\4bx$");

        var head = await RawClient.AskAsync(searched.Url, RawClient.Request("HEAD", $"/api/v1/search?q={endless}"));
        var bad = await searched.SendAsync(HttpMethod.Head, "/api/v1/search?q=%5C(");
        var missing = await searched.SendAsync(HttpMethod.Head, "/api/v1/search?q=a&dictionary=nope");

        Assert.AreEqual((200, 400, 404), (head?.Status, bad.Status, missing.Status));
        Assert.AreEqual("application/json", head!.Header("Content-Type"));
        Assert.IsNull(head.Header("Content-Length"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_same_question_twice_gives_the_same_bytes()
    {
        var once = await server.GetAsync("/api/v1/search?q=i&limit=2&context=1").OkAsync();
        var again = await server.GetAsync("/api/v1/search?q=i&limit=2&context=1").OkAsync();

        Assert.AreEqual(once.Text, again.Text);
    }
}
