// Every refusal has the same shape: problem+json with all its members, a detail of its own, and the request's id in
// header and body alike. One row for each status of the error table.

using System.Globalization;
using System.Text.Json;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed partial class ErrorsSpecs
{
    static readonly string[] Members = ["type", "title", "status", "detail", "instance", "requestId", "Code", "message"];
    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;
    static TestServer impatient = null!;
    static TestServer everywhere = null!;
    static RawClient halfWay = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        var environment = FakeGrep.In(Folder, FakeGrep.SlowOnDemand);
        server = await TestServer.StartAsync(environment, "--diagnostics", "--log-format", "json");
        // Refused after ten seconds, in which the other tests run.
        halfWay = await RawClient.ConnectAsync(server.Url);
        await halfWay.SendAsync("POST /api/v1/json HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\n{\"action\"");
        impatient = await TestServer.StartAsync(environment, "--timeout", "500ms");
        everywhere = await TestServer.StartAsync("--host", "0.0.0.0");
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        halfWay.Dispose();
        await server.DisposeAsync();
        await impatient.DisposeAsync();
        await everywhere.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(400, "Bad Request", "POST", "/api/v1/json", "{", "line 1", DisplayName = "400: JSON that does not parse")]
    [DataRow(400, "Bad Request", "POST", "/api/v1/json", """{"action":"search","term":"a","colour":1}""", "colour",
        DisplayName = "400: an unknown key")]
    [DataRow(400, "Bad Request", "POST", "/api/v1/json", """{"action":"search"}""", "'term' is missing",
        DisplayName = "400: a missing key")]
    [DataRow(400, "Bad Request", "POST", "/api/v1/json", """{"action":"search","term":1}""", "term", DisplayName = "400: a mistyped key")]
    [DataRow(400, "Bad Request", "POST", "/api/v1/json", """{"action":"search","term":"a","n_before":1001}""", "0..1000",
        DisplayName = "400: a value out of range")]
    [DataRow(400, "Bad Request", "POST", "/api/v1/json", """{"action":"search","term":"\\("}""", "Unmatched ( or \\(",
        DisplayName = "400: a pattern grep rejects")]
    [DataRow(400, "Bad Request", "GET", "/api/v1/search?q=%ff", null, "UTF-8", DisplayName = "400: a query that is not UTF-8")]
    [DataRow(403, "Forbidden", "POST", "/api/v1/json", """{"action":"all","dictionary":"none.txt"}""", "'none.txt'",
        DisplayName = "403: a missing dictionary")]
    [DataRow(404, "Not Found", "GET", "/nope", null, "/nope", DisplayName = "404: no such page")]
    [DataRow(404, "Not Found", "GET", "/api/v1/dictionaries/none.txt", null, "'none.txt'", DisplayName = "404: no such thing")]
    [DataRow(404, "Not Found", "GET", "/api/v2/search?q=a", null, "No API version v2. There is: v1.", DisplayName = "404: another version")]
    [DataRow(405, "Method Not Allowed", "DELETE", "/api/v1/json", null, "DELETE", DisplayName = "405: another method")]
    [DataRow(413, "Content Too Large", "POST", "/api/v1/json", "{2 MiB}", "1048576", DisplayName = "413: a body too large")]
    [DataRow(414, "URI Too Long", "GET", "/{9 KiB}", null, "8192", DisplayName = "414: a URL too long")]
    [DataRow(415, "Unsupported Media Type", "POST", "/api/v1/search", "q=a", "application/json", DisplayName = "415: no JSON")]
    [DataRow(500, "Internal Server Error", "GET", "/fail", null, "on the server", DisplayName = "500: an error of the server")]
    [DataRow(501, "Not Implemented", "BREW", "/livez", null, "BREW", DisplayName = "501: a method HTTP does not know")]
    [DataRow(501, "Not Implemented", "POST", "/api/v1/json", """{"action":"sing"}""", "'sing'", DisplayName = "501: an unknown action")]
    [DataRow(504, "Gateway Timeout", "POST", "/api/v1/json", """{"action":"search","term":"slow"}""", "longer",
        DisplayName = "504: out of time")]
    public async Task A_refusal_has_its_status_its_own_detail_and_all_members(
        int status, string title, string method, string path, string? body, string detail)
    {
        var asked = status == 504 ? impatient : server;

        var reply = await RawClient.AskAsync(asked.Url, Request(method, path, body));

        AssertProblem(reply, status, title, detail);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_body_that_does_not_arrive_is_refused_with_408()
    {
        var reply = await halfWay.ReadReplyAsync();

        AssertProblem(reply, 408, "Request Timeout", "10 s");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("elsewhere.example")]
    [DataRow("elsewhere.example:8080")]
    [DataRow("127.0.0.1.elsewhere.example")]
    [DataRow("localhost.elsewhere.example")]
    public async Task A_host_that_is_not_ours_is_refused_with_421(string host)
    {
        var reply = await RawClient.AskAsync(everywhere.Url, RawClient.Request("GET", "/livez", null, $"Host: {host}"));

        AssertProblem(reply, 421, "Misdirected Request", "elsewhere.example");
        Assert.Contains("http://127.0.0.1:", reply!.Text, "the foreign name must not stand in a link");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_full_queue_is_refused_with_503_and_Retry_After()
    {
        await using var busy = await TestServer.StartAsync(
            FakeGrep.In(Folder, FakeGrep.SlowOnDemand), "--max-searches", "1", "--queue", "0");
        using var running = await RawClient.ConnectAsync(busy.Url);
        await running.SendAsync(RawClient.Request("GET", "/api/v1/search?q=slow"));
        await Wait.UntilAsync(() => busy.Children().Count == 1, "a search runs");

        var reply = await RawClient.AskAsync(busy.Url, RawClient.Request("GET", "/api/v1/search?q=cache"));

        AssertProblem(reply, 503, "Service Unavailable", "searches are running");
        Assert.IsGreaterThan(0, int.Parse(reply!.Header("Retry-After")!, CultureInfo.InvariantCulture));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/api/v1/search", DisplayName = "of the API")]
    [DataRow("/", DisplayName = "of the pages")]
    public async Task A_queue_that_one_address_has_filled_still_takes_another(string path)
    {
        await using var busy = await TestServer.StartAsync(
            FakeGrep.In(Folder, FakeGrep.SlowOnDemand), "--max-searches", "1", "--queue", "3", "--timeout", "30s");
        using var running = await RawClient.ConnectAsync(busy.Url);
        await running.SendAsync(RawClient.Request("GET", $"{path}?q=slow"));
        await Wait.UntilAsync(() => busy.Children().Count == 1, "a search runs");
        List<RawClient> flood = [];
        for (var number = 1; number <= 3; number++)
        {
            flood.Add(await RawClient.ConnectAsync(busy.Url));
            await flood[^1].SendAsync(RawClient.Request("GET", $"{path}?q=slow&context={number}"));
            await Wait.UntilAsync(async () => await busy.GaugeAsync("tinygrep_search_queue_length") == number, "it waits");
        }

        using var other = await RawClient.ConnectAsync(busy.Url, from: "127.0.0.2");
        await other.SendAsync(RawClient.Request("GET", $"{path}?q=cache"));
        var pushedOut = await flood[^1].ReadReplyAsync();
        running.Dispose();
        await Wait.UntilAsync(async () => await busy.GaugeAsync("tinygrep_search_queue_length") == 2, "the next one's search has begun");
        flood[0].Dispose(); // it ends, and the other's turn has come

        Assert.AreEqual(503, pushedOut?.Status);
        Assert.Contains("searches are running", pushedOut!.Text);
        Assert.AreEqual(200, (await other.ReadReplyAsync())?.Status);
        flood.ForEach(client => client.Dispose());
    }

    [TestMethod, Timeout(60_000)]
    public async Task One_request_more_than_may_run_at_once_is_refused_with_503()
    {
        await using var small = await TestServer.StartAsync("--diagnostics", "--max-requests", "2");
        using var first = await RawClient.ConnectAsync(small.Url);
        using var second = await RawClient.ConnectAsync(small.Url);
        await first.SendAsync(RawClient.Request("GET", "/wait?seconds=600"));
        await second.SendAsync(RawClient.Request("GET", "/wait?seconds=600"));
        await Wait.UntilAsync(() => small.Children().Count == 2, "two requests run");

        var reply = await RawClient.AskAsync(small.Url, RawClient.Request("GET", "/api/v1/search?q=cache"));

        AssertProblem(reply, 503, "Service Unavailable", "More than 2 requests");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Both_lengths_at_once_are_refused_with_400()
    {
        var reply = await RawClient.AskAsync(
            server.Url,
            "POST /api/v1/json HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n");

        AssertProblem(reply, 400, "Bad Request", "exclude each other");
        Assert.AreEqual("close", reply!.Header("Connection"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("DELETE", "/api/v1/json", "POST, OPTIONS")]
    [DataRow("POST", "/livez", "GET, HEAD, OPTIONS")]
    [DataRow("PUT", "/api/v1/search", "GET, HEAD, POST, QUERY, OPTIONS")]
    [DataRow("DELETE", "/api/v1/dictionaries/quotes.txt", "GET, HEAD, OPTIONS")]
    public async Task A_method_that_is_not_for_this_page_is_told_which_are(string method, string path, string allowed)
    {
        var reply = await RawClient.AskAsync(server.Url, RawClient.Request(method, path, ""));

        Assert.AreEqual(405, reply?.Status);
        Assert.AreEqual(allowed, reply!.Header("Allow"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/api/v1/json", "POST, OPTIONS")]
    [DataRow("/api/v1/search", "GET, HEAD, POST, QUERY, OPTIONS")]
    [DataRow("/livez", "GET, HEAD, OPTIONS")]
    public async Task OPTIONS_tells_the_methods_of_a_page(string path, string allowed)
    {
        var reply = await RawClient.AskAsync(server.Url, RawClient.Request("OPTIONS", path));

        Assert.AreEqual(204, reply?.Status);
        Assert.AreEqual(allowed, reply!.Header("Allow"));
        Assert.IsEmpty(reply.Body);
    }

    [TestMethod, Timeout(60_000)]
    public async Task OPTIONS_of_a_page_that_is_not_there_is_404() =>
        AssertProblem(await RawClient.AskAsync(server.Url, RawClient.Request("OPTIONS", "/nope")), 404, "Not Found", "/nope");

    [TestMethod, Timeout(60_000)]
    public async Task An_unhandled_error_is_in_the_log_under_the_id_its_client_got_and_nowhere_else()
    {
        var id = $"id-{Guid.NewGuid():N}";

        var reply = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/fail", null, $"X-Request-Id: {id}"));

        Assert.AreEqual(id, reply?.Header("X-Request-Id"));
        Assert.DoesNotContain("InvalidOperationException", reply!.Text);
        Assert.DoesNotContain("the failure that /fail was asked for", reply.Text);
        await Wait.UntilAsync(
            () => server.Log.Split('\n').Any(line =>
                line.Contains(id, StringComparison.Ordinal)
                && line.Contains("the failure that /fail was asked for", StringComparison.Ordinal)),
            "the log has it");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("an id with blanks")]
    [DataRow("<script>")]
    [DataRow("{200 letters}")]
    public async Task A_request_id_that_is_not_fit_for_a_log_is_replaced(string given)
    {
        var sent = given == "{200 letters}" ? new string('a', 200) : given;

        var reply = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/livez", null, $"X-Request-Id: {sent}"));

        Assert.AreEqual(200, reply?.Status);
        Assert.IsTrue(reply!.Header("X-Request-Id") is { Length: 16 } id && id.All(char.IsAsciiHexDigit));
    }

    static string Request(string method, string path, string? body) => RawClient.Request(
        method,
        $"{path}".Replace("{9 KiB}", new string('a', 9 << 10), StringComparison.Ordinal),
        body == "{2 MiB}" ? new string(' ', 2 << 20) : body,
        body == "q=a" ? "Content-Type: application/x-www-form-urlencoded" : "Content-Type: application/json");

    static void AssertProblem(RawReply? reply, int status, string title, string detail)
    {
        Assert.AreEqual(status, reply?.Status, reply?.Text);
        Assert.IsTrue(reply!.Whole);
        StringAssert.StartsWith(reply.Head, $"HTTP/1.1 {status} {title}\r\n", StringComparison.Ordinal);
        Assert.AreEqual("application/problem+json", reply.Header("Content-Type"));
        using var document = JsonDocument.Parse(reply.Body);
        var body = document.RootElement;
        CollectionAssert.AreEqual(Members, body.EnumerateObject().Select(member => member.Name).ToArray());
        Assert.AreEqual("about:blank", body.GetProperty("type").GetString());
        Assert.AreEqual(title, body.GetProperty("title").GetString());
        Assert.AreEqual(status, body.GetProperty("status").GetInt32());
        Assert.AreEqual(status, body.GetProperty("Code").GetInt32());
        Assert.AreEqual(reply.Header("X-Request-Id"), body.GetProperty("requestId").GetString());
        StringAssert.StartsWith(body.GetProperty("instance").GetString(), "/", StringComparison.Ordinal);
        Assert.Contains(detail, body.GetProperty("detail").GetString()!);
        StringAssert.StartsWith(body.GetProperty("message").GetString(), body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        StringAssert.EndsWith(body.GetProperty("message").GetString(), "/api/v1/web", StringComparison.Ordinal);
    }
}
