// The route table answers three questions: who answers this path, what would have fitted where nobody does, and whether
// the table itself is sound.

using System.Net;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class RouterSpecs
{
    [TestMethod]
    [DataRow("GET", "/a/b", "/a/b")]
    [DataRow("HEAD", "/a/b", "/a/b")]
    [DataRow("GET", "/a/x", "/a/{name}")]
    [DataRow("POST", "/a/b", "/a/b")]
    [DataRow("GET", "/", "/")]
    [DataRow("GET", "/a/x/rest", "/a/{name}/rest")]
    [DataRow("GET", "/all/x", "/all/{*path}")]
    [DataRow("GET", "/all/x/y/z", "/all/{*path}")]
    [DataRow("GET", "/all/x/", "/all/{*path}")]
    public void A_path_finds_its_route(string method, string path, string pattern) =>
        Assert.AreEqual(pattern, Find(method, path)?.Route.Pattern);

    [TestMethod]
    [DataRow("GET", "/a")]
    [DataRow("GET", "/a/")]
    [DataRow("GET", "/a/b/")]
    [DataRow("GET", "/A/b")]
    [DataRow("GET", "/a//rest")]
    [DataRow("GET", "/all")]
    [DataRow("GET", "/all/")]
    [DataRow("PUT", "/a/b")]
    [DataRow("GET", "//")]
    [DataRow("get", "/a/b")]
    [DataRow("GET", "/a/b/c/d")]
    [DataRow("OPTIONS", "/a/b")]
    public void What_does_not_fit_finds_nothing(string method, string path) => Assert.IsNull(Find(method, path));

    [TestMethod]
    public void A_name_holds_its_segment_and_a_starred_name_the_rest()
    {
        Assert.AreEqual("x y", Find("GET", "/a/x y")!.Value.Values["name"]);
        Assert.AreEqual("x/y/z", Find("GET", "/all/x/y/z")!.Value.Values["path"]);
        Assert.IsEmpty(Find("GET", "/a/b")!.Value.Values);
    }

    [TestMethod]
    [DataRow("GET /x|GET /x", "GET x")]
    [DataRow("GET /x/{a}|GET /x/{b}", "GET x/{}")]
    [DataRow("HEAD /x", "HEAD /x")]
    [DataRow("OPTIONS /x", "OPTIONS /x")]
    [DataRow("get /x", "get /x")]
    [DataRow("FETCH /x", "FETCH /x")]
    [DataRow("GET x", "'x'")]
    public void A_table_that_is_not_sound_is_refused(string table, string named)
    {
        var refused = Assert.ThrowsExactly<ArgumentException>(() => new Router(Table(table)));

        StringAssert.Contains(refused.Message, named, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("GET /x|POST /x")]
    [DataRow("GET /x/{a}|GET /x/y")]
    [DataRow("GET /x/{a}|POST /x/{b}")]
    [DataRow("QUERY /x|PATCH /x|DELETE /x|PUT /x")]
    public void A_sound_table_is_taken(string table) => Assert.IsNotEmpty(new Router(Table(table)).Routes);

    [TestMethod, Timeout(30_000)]
    public async Task A_miss_says_what_would_have_fitted()
    {
        await using var server = await InProcess.StartAsync("GET /both", "POST /both", "DELETE /gone/{id}");

        await AssertAsync(server, "GET", "/none", 404, null);
        await AssertAsync(server, "GET", "/both/", 404, null);
        await AssertAsync(server, "PUT", "/both", 405, "GET, HEAD, POST, OPTIONS");
        await AssertAsync(server, "QUERY", "/both", 405, "GET, HEAD, POST, OPTIONS");
        await AssertAsync(server, "TRACE", "/both", 405, "GET, HEAD, POST, OPTIONS");
        await AssertAsync(server, "GET", "/gone/7", 405, "DELETE, OPTIONS");
        await AssertAsync(server, "HEAD", "/gone/7", 405, "DELETE, OPTIONS");
        await AssertAsync(server, "PUT", "/none", 404, null);
        await AssertAsync(server, "BREW", "/both", 501, null);
        await AssertAsync(server, "BREW", "/none", 501, null);
    }

    [TestMethod, Timeout(30_000)]
    public async Task Options_come_from_the_table()
    {
        await using var server = await InProcess.StartAsync("GET /both", "POST /both", "DELETE /gone/{id}");

        await AssertAsync(server, "OPTIONS", "/both", 204, "GET, HEAD, POST, OPTIONS");
        await AssertAsync(server, "OPTIONS", "/gone/7", 204, "DELETE, OPTIONS");
        await AssertAsync(server, "OPTIONS", "/none", 404, null);
    }

    [TestMethod, Timeout(30_000)]
    public async Task Head_has_the_fields_of_get_and_no_body()
    {
        await using var server = await InProcess.StartAsync("GET /both");

        using var get = await InProcess.SendAsync(server, "GET", "/both");
        using var head = await InProcess.SendAsync(server, "HEAD", "/both");

        Assert.AreEqual(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.AreEqual(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.AreEqual("", await head.Content.ReadAsStringAsync());
    }

    [TestMethod, Timeout(30_000)]
    public async Task An_unknown_version_names_those_there_are()
    {
        await using var server = await InProcess.StartAsync("GET /api/v1/thing");

        using var later = await InProcess.SendAsync(server, "GET", "/api/v9/thing");
        using var none = await InProcess.SendAsync(server, "GET", "/api/v1/nothing");

        Assert.AreEqual(HttpStatusCode.NotFound, later.StatusCode);
        StringAssert.Contains(await later.Content.ReadAsStringAsync(), "No API version v9. There is: v1.", StringComparison.Ordinal);
        StringAssert.Contains(await none.Content.ReadAsStringAsync(), "No page /api/v1/nothing.", StringComparison.Ordinal);
    }

    static async Task AssertAsync(TinyServer server, string method, string path, int status, string? allow)
    {
        using var reply = await InProcess.SendAsync(server, method, path);

        var allowed = reply.Content.Headers.TryGetValues("Allow", out var methods) ? string.Join(", ", methods) : null;
        Assert.AreEqual(status, (int)reply.StatusCode, $"{method} {path}");
        Assert.AreEqual(allow, allowed, $"{method} {path}");
    }

    static (Route Route, IReadOnlyDictionary<string, string> Values)? Find(string method, string path) =>
        new Router(Table("GET /|GET /a/b|POST /a/b|GET /a/{name}|GET /a/{name}/rest|GET /all/{*path}")).Find(method, path[1..].Split('/'));

    static IEnumerable<Route> Table(string? lines) =>
        (lines ?? "").Split('|')
            .Select(line => line.Split(' '))
            .Select(words => new Route(words[0], words[1], (_, _) => Task.FromResult(Reply.Text(""))));
}
