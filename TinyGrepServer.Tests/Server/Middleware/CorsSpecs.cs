// --cors-origins: what a browser is told before and with an answer, of refusals too, and that nothing of it is there without.

using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class CorsSpecs
{
    const string Friend = "https://notes.example.org";

    static readonly TemporaryFolder Folder = new();
    static TestServer listed = null!;
    static TestServer open = null!;
    static TestServer closed = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        string[] common = ["--protect", "search", "--rate-limit-address", "1000/s", "--data"];
        listed = await TestServer.StartAsync([.. common, Path.Join(Folder.Path, "listed"), "--cors-origins", Friend]);
        open = await TestServer.StartAsync([.. common, Path.Join(Folder.Path, "open"), "--cors-origins", "*"]);
        closed = await TestServer.StartAsync([.. common, Path.Join(Folder.Path, "closed")]);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        foreach (var server in (TestServer[])[listed, open, closed]) await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/livez", 200)]
    [DataRow("/api/v1/search?q=x", 401)]
    [DataRow("/nope", 404)]
    [DataRow("/%zz", 400)]
    public async Task A_page_that_is_allowed_may_read_answers_and_refusals(string path, int status)
    {
        var friend = await listed.GetAsync(path, ("Origin", Friend));
        var anybody = await open.GetAsync(path, ("Origin", "https://anybody.example"));

        Assert.AreEqual((status, status), (friend.Status, anybody.Status));
        Assert.AreEqual((Friend, "*"), (Field(friend, "Access-Control-Allow-Origin"), Field(anybody, "Access-Control-Allow-Origin")));
        var exposed = Field(friend, "Access-Control-Expose-Headers").Split(", ");
        foreach (var name in (string[])["ETag", "Location", "Link", "RateLimit", "Server-Timing", "X-Request-Id", "Retry-After"])
            Assert.Contains(name, exposed);
        Assert.AreEqual("", Field(friend, "Access-Control-Allow-Credentials"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("GET", "/livez")]
    [DataRow("GET", "/nope")]
    [DataRow("GET", "/web/page.css")]
    [DataRow("OPTIONS", "/livez")]
    [DataRow("POST", "/messages")]
    public async Task Every_reply_depends_on_Origin_once_the_option_is_set(string method, string path)
    {
        foreach (var origin in (string?[])[null, Friend, "https://evil.example"])
        {
            (string, string)[] fields = origin is null ? [] : [("Origin", origin)];
            var reply = await listed.SendAsync(new HttpMethod(method), path, headers: fields);
            var without = await closed.SendAsync(new HttpMethod(method), path, headers: fields);

            Assert.Contains("Origin", reply.Response.Headers.Vary, $"{origin} {reply.Status}");
            Assert.AreEqual(origin == Friend ? Friend : "", Field(reply, "Access-Control-Allow-Origin"));
            Assert.DoesNotContain("Origin", without.Response.Headers.Vary);
            Assert.AreEqual("", Field(without, "Access-Control-Allow-Origin"));
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_has_not_changed_may_be_read_too()
    {
        var page = await listed.GetAsync("/web/page.css", ("Origin", Friend)).OkAsync();
        var again = await listed.GetAsync("/web/page.css", ("Origin", Friend), ("If-None-Match", page.Response.Headers.ETag!.ToString()));

        Assert.AreEqual(304, again.Status);
        Assert.AreEqual(Friend, Field(again, "Access-Control-Allow-Origin"));
        Assert.Contains("Origin", again.Response.Headers.Vary);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/api/v1/search", "GET, HEAD, POST, QUERY, OPTIONS")]
    [DataRow("/api/v1/movies/x", "DELETE, GET, HEAD, PATCH, PUT, OPTIONS")]
    [DataRow("/messages", "POST, OPTIONS")]
    public async Task A_preflight_is_answered_before_a_token_is_asked_for(string path, string methods)
    {
        var reply = await PreflightAsync(listed, path, Friend);

        Assert.AreEqual((204, Friend), (reply.Status, Field(reply, "Access-Control-Allow-Origin")));
        Assert.AreEqual(methods, Field(reply, "Access-Control-Allow-Methods"));
        var fields = Field(reply, "Access-Control-Allow-Headers").Split(", ");
        foreach (var name in (string[])["Authorization", "Content-Type", "If-Match", "If-None-Match", "X-Request-Id", "traceparent"])
            Assert.Contains(name, fields);
        Assert.AreEqual("7200", Field(reply, "Access-Control-Max-Age"));
        Assert.AreEqual("", Field(reply, "RateLimit"), "it is not counted");
        Assert.AreEqual("", Field(reply, "Access-Control-Allow-Credentials"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_preflight_of_a_page_that_is_not_allowed_or_for_no_page_allows_nothing()
    {
        var foreign = await PreflightAsync(listed, "/messages", "https://evil.example");
        var none = await PreflightAsync(closed, "/messages", Friend);
        var missing = await PreflightAsync(listed, "/nope", Friend);

        Assert.AreEqual((204, 204, 404), (foreign.Status, none.Status, missing.Status));
        foreach (var reply in (Answered[])[foreign, none, missing]) Assert.AreEqual("", Field(reply, "Access-Control-Allow-Methods"));
        Assert.AreEqual(("", ""), (Field(foreign, "Access-Control-Allow-Origin"), Field(none, "Access-Control-Allow-Origin")));
    }

    static Task<Answered> PreflightAsync(TestServer server, string path, string origin) => server.SendAsync(
        HttpMethod.Options,
        path,
        headers:
        [
            ("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization"),
            ("Sec-Fetch-Site", "cross-site"),
        ]);

    static string Field(Answered answer, string name) =>
        answer.Response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
