// What the running server answers is what /schema says it answers: every operation is asked, well and badly, and each reply
// held against the schema of its status and type. A new route is asked here too, or the last line of the check names it.

using System.Text.Json;
using System.Text.Json.Nodes;
using TinyGrepServer.Tests.Access;
using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Telemetry;

[TestClass]
public sealed class SchemaRepliesSpecs
{
    const string Movie = """{"title":"Alien","genre":"Horror","expiry_date":"2031-05-17","release_year":1979}""";
    const string Search = "/api/v1/search";
    const string File = "/api/v1/dictionaries/{name}";
    const string Films = "/api/v1/movies";

    [TestMethod, Timeout(180_000)]
    public async Task Replies_and_errors_are_as_described()
    {
        using var folder = new TemporaryFolder();
        await using var upstream = await TestServer.StartAsync("--data", Path.Join(folder.Path, "upstream"));
        await using var server = await TestServer.StartAsync(
            "--diagnostics",
            "--open-tokens",
            "--data", folder.Path,
            "--upstream", $"{upstream.Url}livez",
            "--upstream", $"cats={upstream.Url}livez");
        var check = new SchemaCheck();
        var token = ("Authorization", $"Bearer {await server.TokenAsync("ann")}");

        await AskSearchAsync(check, server);
        await AskFollowAsync(check, server);
        await AskDictionariesAsync(check, server);
        await AskMessagesAsync(check, server);
        await AskMoviesAsync(check, server, token);
        await AskFirstMoviesAsync(check, server, token);
        await AskAccessAndRelayAsync(check, server, upstream);
        await AskJobsAsync(check, server, token);
        await AskPagesAndOperationAsync(check, server);

        var wrong = await SchemaCheck.RunAsync(await server.Http.GetStringAsync("/schema"), check.Replies);
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_member_too_many_or_too_few_is_noticed()
    {
        await using var server = await TestServer.StartAsync();
        var text = (await server.GetAsync($"{Search}?q=cache").OkAsync()).Text;
        string[] surplus = [With(text, answer => answer["surplus"] = 1), With(text, answer => answer["matches"]![0]!["surplus"] = 1)];
        string[] missing =
        [
            With(text, answer => answer.AsObject().Remove("count")),
            With(text, answer => answer["matches"]![0]!.AsObject().Remove("line")),
        ];

        var replies = surplus.Concat(missing).Select(body => new Replied($"GET {Search}", 200, "application/json", body, null));
        var wrong = await SchemaCheck.RunAsync(await server.Http.GetStringAsync("/schema"), replies);

        AssertTold(wrong, 2, "must NOT have additional properties");
        AssertTold(wrong, 1, "must have required property 'count'");
        AssertTold(wrong, 1, "must have required property 'line'");
    }

    static void AssertTold(string[] wrong, int times, string complaint)
    {
        var told = wrong.Count(one =>
            one.StartsWith($"GET {Search} -> 200", StringComparison.Ordinal) && one.Contains(complaint, StringComparison.Ordinal));
        Assert.AreEqual(times, told, $"{complaint}, among\n{string.Join('\n', wrong)}");
    }

    static string With(string json, Action<JsonNode> change)
    {
        var node = JsonNode.Parse(json)!;
        change(node);
        return node.ToJsonString();
    }

    static async Task AskSearchAsync(SchemaCheck check, TestServer server)
    {
        const string Two = "?q=cache&context=1&limit=2";
        var found = await check.AskAsync(server, 200, $"GET {Search}", Two);
        await check.AskAsync(server, 200, $"GET {Search}", $"{Two}&cursor={found.Json.GetProperty("next").GetString()}");
        await check.AskAsync(server, 200, $"GET {Search}", "?q=e&count_only=true");
        await check.AskAsync(server, 200, $"GET {Search}", "?q=cache&context=2", headers: ("Accept", "application/x-ndjson"));
        var tag = found.Response.Headers.ETag!.ToString();
        await check.AskAsync(server, 304, $"GET {Search}", Two, headers: ("If-None-Match", tag));
        foreach (var bad in new[] { "", "?q=", "?q=a&limit=0", "?q=a&nope=1", "?q=%zz", "?q=\\(" })
            await check.AskAsync(server, 400, $"GET {Search}", $"{Search}{bad}");
        await check.AskAsync(server, 404, $"GET {Search}", "?q=a&dictionary=nope");
        foreach (var operation in new[] { $"POST {Search}", $"QUERY {Search}" })
        {
            const string Question = """{"q":"na.ve","dictionary":["q*.txt"],"mode":"extended","ignore_case":true,"limit":null}""";
            await check.AskAsync(server, 200, operation, body: Question);
            await check.AskAsync(server, 200, operation, body: """{"q":"cache","dictionary":"quotes.txt"}""");
            await check.AskAsync(server, 400, operation, body: """{"q":1}""");
            await check.AskAsync(server, 415, operation, body: """{"q":"a"}""", type: "text/plain");
            await check.AskAsync(server, 413, operation, body: new string(' ', 2 << 20));
        }
        const string FirstSearch = """{"action":"search","term":"benchmark","n_before":1,"nresults":-1}""";
        await check.AskAsync(server, 200, "POST /api/v1/json", body: FirstSearch, type: "text/plain");
        await check.AskAsync(server, 200, "POST /api/v1/json", body: """{"action":"all","dictionary":"quotes.txt"}""", type: null);
        await check.AskAsync(server, 400, "POST /api/v1/json", body: "{");
        await check.AskAsync(server, 403, "POST /api/v1/json", body: """{"action":"all","dictionary":"nope"}""");
        await check.AskAsync(server, 501, "POST /api/v1/json", body: """{"action":"dance"}""");
    }

    /// <summary>What never ends is read line by line.</summary>
    static async Task AskFollowAsync(SchemaCheck check, TestServer server)
    {
        const string Follow = "/api/v1/follow";
        await check.AskAsync(server, 400, $"GET {Follow}", "?q=a&limit=1");
        await check.AskAsync(server, 404, $"GET {Follow}", "?q=a&dictionary=nope");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Follow}?q=cache&last=2");
        request.Headers.Add("Accept", "application/x-ndjson");
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var told = $"{await lines.ReadLineAsync()}\n{await lines.ReadLineAsync()}\n{await lines.ReadLineAsync()}\n";
        check.Replies.Add(new Replied($"GET {Follow}", 200, response.Content.Headers.ContentType!.MediaType, told, null));
    }

    static async Task AskDictionariesAsync(SchemaCheck check, TestServer server)
    {
        const string Path = "/api/v1/dictionaries/quotes.txt";
        await check.AskAsync(server, 200, "GET /api/v1/dictionaries");
        var file = await check.AskAsync(server, 200, $"GET {File}", Path);
        await check.AskAsync(server, 206, $"GET {File}", Path, headers: ("Range", "bytes=0-9"));
        await check.AskAsync(server, 304, $"GET {File}", Path, headers: ("If-None-Match", file.Response.Headers.ETag!.ToString()));
        await check.AskAsync(server, 416, $"GET {File}", Path, headers: ("Range", "bytes=99999999-"));
        await check.AskAsync(server, 404, $"GET {File}", "/api/v1/dictionaries/nope");
        await check.AskAsync(server, 200, "GET /api/v1/lines/{name}", "/api/v1/lines/quotes.txt?from=2&count=3");
        await check.AskAsync(server, 200, "GET /api/v1/lines/{name}", "/api/v1/lines/quotes.txt?from=100000");
        await check.AskAsync(server, 200, "GET /api/v1/lines/{name}", "/api/v1/lines/quotes.txt?from=2&q=cache&ignore_case=1");
        await check.AskAsync(server, 400, "GET /api/v1/lines/{name}", "/api/v1/lines/quotes.txt?from=x");
        await check.AskAsync(server, 404, "GET /api/v1/lines/{name}", "/api/v1/lines/nope");
    }

    static async Task AskMessagesAsync(SchemaCheck check, TestServer server)
    {
        const string Get = "GET /messages/{digest}";
        var kept = await check.AskAsync(server, 201, "POST /messages", body: """{"message":"foo"}""");
        await check.AskAsync(server, 200, "POST /messages", body: """{"message":"foo"}""");
        await check.AskAsync(server, 400, "POST /messages", body: """{"message":null}""");
        await check.AskAsync(server, 415, "POST /messages", body: "message=foo", type: "text/plain");
        var path = kept.Response.Headers.Location!.ToString();
        var message = await check.AskAsync(server, 200, Get, path);
        await check.AskAsync(server, 200, Get, path, headers: ("Accept", "text/plain"));
        await check.AskAsync(server, 304, Get, path, headers: ("If-None-Match", message.Response.Headers.ETag!.ToString()));
        await check.AskAsync(server, 404, Get, "/messages/nope");
    }

    static async Task AskMoviesAsync(SchemaCheck check, TestServer server, (string, string) token)
    {
        const string One = $"{Films}/{{id}}";
        var added = await check.AskAsync(server, 201, $"POST {Films}", body: Movie, headers: token);
        await check.AskAsync(server, 409, $"POST {Films}", body: Movie, headers: token);
        await check.AskAsync(server, 400, $"POST {Films}", body: """{"title":"Alien"}""", headers: token);
        await check.AskAsync(server, 401, $"POST {Films}", body: Movie);
        await check.AskAsync(server, 200, $"GET {Films}", "?release_year=gte.1970&sort=-title&limit=1", headers: token);
        await check.AskAsync(server, 400, $"GET {Films}", "?sort=nope", headers: token);
        var (path, tag) = (added.Response.Headers.Location!.ToString(), added.Response.Headers.ETag!.ToString());
        await check.AskAsync(server, 200, $"GET {One}", path, headers: token);
        await check.AskAsync(server, 304, $"GET {One}", path, headers: [token, ("If-None-Match", tag)]);
        await check.AskAsync(server, 404, $"GET {One}", $"{Films}/nope", headers: token);
        await check.AskAsync(server, 428, $"PUT {One}", path, Movie, headers: token);
        await check.AskAsync(server, 412, $"PUT {One}", path, Movie, headers: [token, ("If-Match", "\"7\"")]);
        var put = await check.AskAsync(server, 200, $"PUT {One}", path, Movie, headers: [token, ("If-Match", tag)]);
        var putTag = put.Response.Headers.ETag!.ToString();
        var patched = await check.AskAsync(
            server, 200, $"PATCH {One}", path, """{"genre":"Comedy"}""", headers: [token, ("If-Match", putTag)]);
        var patchedTag = patched.Response.Headers.ETag!.ToString();
        await check.AskAsync(server, 400, $"PATCH {One}", path, """{"genre":null}""", headers: [token, ("If-Match", "*")]);
        await check.AskAsync(server, 412, $"DELETE {One}", path, headers: [token, ("If-Match", tag)]);
        await check.AskAsync(server, 204, $"DELETE {One}", path, headers: [token, ("If-Match", patchedTag)]);
    }

    static async Task AskFirstMoviesAsync(SchemaCheck check, TestServer server, (string, string) token)
    {
        await check.AskAsync(server, 201, "POST /api", body: Movie, type: "text/plain", headers: token);
        const string Aliens = "?title=Aliens&genre=Action&expiry_date=2032-01-01&release_year=1986";
        await check.AskAsync(server, 201, "POST /api", Aliens, headers: token);
        await check.AskAsync(server, 409, "POST /api", body: Movie, headers: token);
        await check.AskAsync(server, 400, "POST /api", body: "{}", headers: token);
        await check.AskAsync(server, 401, "GET /api");
        await check.AskAsync(server, 200, "GET /api", headers: token);
        await check.AskAsync(server, 200, "GET /api/search", "?genre=Horror", headers: token);
        await check.AskAsync(server, 200, "GET /api/search", body: """{"release_year":1986}""", headers: token);
        await check.AskAsync(server, 200, "GET /api/expiredMovies", "?from=2030-01-01&to=2040-01-01", headers: token);
        await check.AskAsync(server, 200, "GET /api/expiredMovies", body: """{"from":"2030-01-01","to":"2031-12-31"}""", headers: token);
        await check.AskAsync(server, 400, "GET /api/expiredMovies", headers: token);
        await check.AskAsync(server, 200, "DELETE /api", body: """{"title":"Alien"}""", headers: token);
        await check.AskAsync(server, 404, "DELETE /api", "?title=Alien", headers: token);
    }

    static async Task AskAccessAndRelayAsync(SchemaCheck check, TestServer server, TestServer other)
    {
        await check.AskAsync(server, 200, "POST /api/token", body: """{"user":"ann"}""", type: null);
        await check.AskAsync(server, 400, "POST /api/token", body: """{"user":""}""");
        await check.AskAsync(other, 401, "POST /api/token", body: """{"user":"ann","password":"wrong"}""");
        await check.AskAsync(server, 200, "GET /api/smart");
        await check.AskAsync(server, 504, "GET /api/smart", "?timeout=0");
        await check.AskAsync(server, 400, "GET /api/smart", "?timeout=x");
        await check.AskAsync(other, 501, "GET /api/smart");
        await check.AskAsync(server, 200, "GET /api/v1/relay/{name}", "/api/v1/relay/cats?timeout=5000");
        await check.AskAsync(server, 404, "GET /api/v1/relay/{name}", "/api/v1/relay/dogs");
    }

    static async Task AskJobsAsync(SchemaCheck check, TestServer server, (string, string) token)
    {
        const string Jobs = "/api/v1/jobs";
        const string Question = """{"kind":"search","input":{"q":"cache"},"unique":"once","run_at":"2199-01-01T00:00:00Z","priority":1}""";
        var added = await check.AskAsync(server, 202, $"POST {Jobs}", body: Question, headers: token);
        await check.AskAsync(server, 409, $"POST {Jobs}", body: Question, headers: token);
        await check.AskAsync(server, 400, $"POST {Jobs}", body: """{"kind":"nope"}""", headers: token);
        await check.AskAsync(server, 401, $"POST {Jobs}", body: Question);
        await check.AskAsync(server, 200, $"GET {Jobs}", "?state=waiting&limit=1", headers: token);
        await check.AskAsync(server, 400, $"GET {Jobs}", "?state=nope", headers: token);
        var path = added.Response.Headers.Location!.ToString();
        await check.AskAsync(server, 200, $"GET {Jobs}/{{id}}", path, headers: token);
        await check.AskAsync(server, 404, $"GET {Jobs}/{{id}}", $"{Jobs}/nope", headers: token);
        await check.AskAsync(server, 200, $"DELETE {Jobs}/{{id}}", path, headers: token);
        await check.AskAsync(server, 202, $"POST {Jobs}/{{id}}/retry", $"{path}/retry", "", type: null, headers: token);
        await check.AskAsync(server, 200, $"POST {Jobs}/cancel", body: """{"state":"waiting"}""", headers: token);
        await check.AskAsync(server, 200, $"POST {Jobs}/retry", body: """{"kind":"search"}""", headers: token);
        await check.AskAsync(server, 400, $"POST {Jobs}/retry", body: """{"state":"nope"}""", headers: token);
        foreach (var page in new[] { "jobs", "jobs.css", "jobs.js" }) await check.AskAsync(server, 200, $"GET /internal/{page}");
    }

    static async Task AskPagesAndOperationAsync(SchemaCheck check, TestServer server)
    {
        await check.AskAsync(server, 200, "GET /", "?q=cache");
        await check.AskAsync(server, 400, "GET /", "?q=%5C(");
        await check.AskAsync(server, 200, "GET /d/{name}", "/d/quotes.txt?from=3");
        await check.AskAsync(server, 404, "GET /d/{name}", "/d/nope");
        await check.AskAsync(server, 200, "GET /files");
        await check.AskAsync(server, 400, "GET /files", "?cursor=!");
        await check.AskAsync(server, 404, "GET /files/{folder}", "/files/nope");
        foreach (var (room, file) in new[] { ("web", "page.css"), ("web", "search.js"), ("house", "house.css"), ("house", "icon.svg") })
        {
            await check.AskAsync(server, 200, $"GET /{room}/{{file}}", $"/{room}/{file}");
            await check.AskAsync(server, 200, $"GET /{room}/{{version}}/{{file}}", $"/{room}/0/{file}");
        }
        await check.AskAsync(server, 404, "GET /web/{file}", "/web/nope");
        foreach (var path in new[] { "/livez", "/readyz", "/metrics", "/schema", "/api/v1/web" })
            await check.AskAsync(server, 200, $"GET {path}");
        await check.AskAsync(server, 414, "GET /livez", $"/livez?{new string('a', 9_000)}");
        await check.AskAsync(server, 200, "GET /wait", "?seconds=0");
        await check.AskAsync(server, 400, "GET /wait", "?seconds=x");
        await check.AskAsync(server, 500, "GET /fail");
        await check.AskAsync(server, 200, "GET /internal/walk");
    }
}
