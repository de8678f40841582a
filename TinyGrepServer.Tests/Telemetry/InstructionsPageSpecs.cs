// The instructions are made from the route table: a route that answers is listed, with all it takes, and nothing that
// somebody named a dictionary or a route can become markup.

using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Telemetry;

[TestClass]
public sealed class InstructionsPageSpecs
{
    static readonly string[] Void = ["meta", "br", "hr", "img", "input", "link"];
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => server = await TestServer.StartAsync("--diagnostics");

    [ClassCleanup]
    public static async Task StopAsync() => await server.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task Every_route_is_listed_with_its_parameters_and_every_listed_route_answers()
    {
        var page = await server.Http.GetStringAsync("/api/v1/web");

        var listed = Regex.Matches(page, "<h3><code>([A-Z]+) ([^<]+)</code></h3>")
            .Select(match => (Method: match.Groups[1].Value, Pattern: WebUtility.HtmlDecode(match.Groups[2].Value)))
            .ToList();
        foreach (var route in new[]
        {
            ("GET", "/api/v1/search"),
            ("POST", "/api/v1/search"),
            ("QUERY", "/api/v1/search"),
            ("POST", "/api/v1/json"),
            ("GET", "/api/v1/dictionaries"),
            ("GET", "/api/v1/dictionaries/{*name}"),
            ("GET", "/livez"),
            ("GET", "/readyz"),
            ("GET", "/metrics"),
            ("GET", "/wait"),
            ("GET", "/fail"),
            ("GET", "/api/v1/web"),
            ("GET", "/"),
            ("GET", "/d/{*name}"),
            ("GET", "/api/v1/lines/{*name}"),
        })
            CollectionAssert.Contains(listed, route);
        foreach (var parameter in TinyGrepServer.Search.SearchRequest.Parameters)
            StringAssert.Contains(page, $"<code>{parameter.Name}</code>", StringComparison.Ordinal);
        foreach (var (method, pattern) in listed.Where(route => route.Pattern is not ("/wait" or "/fail")))
        {
            using var request = new HttpRequestMessage(new HttpMethod("OPTIONS"), Regex.Replace(pattern, @"\{\*|\{|\}", ""));
            using var reply = await server.Http.SendAsync(request);
            CollectionAssert.Contains(reply.Content.Headers.Allow.ToArray(), method, pattern);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_route_names_the_chapter_that_explains_it_and_the_chapter_is_there()
    {
        var page = await server.Http.GetStringAsync("/api/v1/web");

        var chapters = Regex
            .Matches(page, "<h3><code>([A-Z]+ [^<]+)</code></h3>\n<p>[^\n]*</p>\n<p class=\"hint\">How it works: <code>([^<]+)</code>")
            .ToDictionary(row => WebUtility.HtmlDecode(row.Groups[1].Value), row => row.Groups[2].Value);
        Assert.AreEqual("docs/inside/hedging.md", chapters["GET /api/smart"]);
        Assert.AreEqual("docs/inside/sharing.md", chapters["GET /api/v1/search"]);
        Assert.IsGreaterThan(25, chapters.Count);
        foreach (var chapter in chapters.Values.Distinct()) Assert.IsTrue(File.Exists(Path.Join(TestServer.Root, chapter)), chapter);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_page_is_complete_html_that_loads_nothing()
    {
        await using var own = await TestServer.StartAsync();

        using var reply = await own.Http.GetAsync("/api/v1/web");
        var page = await reply.Content.ReadAsStringAsync();

        Assert.AreEqual("text/html; charset=utf-8", reply.Content.Headers.ContentType!.ToString());
        StringAssert.StartsWith(page, "<!doctype html>", StringComparison.Ordinal);
        StringAssert.Contains(page, "<title>", StringComparison.Ordinal);
        StringAssert.Contains(page, "<html lang=\"en\">", StringComparison.Ordinal);
        AssertBalanced(page);
        Assert.IsFalse(Regex.IsMatch(page, "<script|\\son\\w+=|(?:src|href)=\"?https?:", RegexOptions.IgnoreCase));
        var policy = string.Join(' ', reply.Headers.GetValues("Content-Security-Policy"));
        StringAssert.Contains(policy, "default-src 'none'", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Names_from_outside_become_text_never_markup()
    {
        using var folder = new TemporaryFolder();
        folder.Write("<b>&\"'.txt", "text\n");
        await using var own = await TestServer.StartAsync("--dicts", folder.Path);

        var page = await own.Http.GetStringAsync("/");

        AssertBalanced(page);
        Assert.IsFalse(page.Contains("<b>", StringComparison.Ordinal));
        StringAssert.Contains(page, "&lt;b&gt;&amp;&quot;", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_route_of_ones_own_is_listed_and_escaped()
    {
        await using var own = await TinyServer.StartAsync(
            new Settings
            {
                Server = new ServerSettings { Port = 0 },
                Log = new TinyGrepServer.Telemetry.LogSettings { Level = Microsoft.Extensions.Logging.LogLevel.None },
            },
            app => app.Map("GET", "/<i>/{name}", (_, _) => Task.FromResult(Reply.Text("")), "Says </p><script>alert(1)</script>."));

        using var reply = await InProcess.SendAsync(own, "GET", "/api/v1/web");
        var page = await reply.Content.ReadAsStringAsync();

        AssertBalanced(page);
        StringAssert.Contains(page, "GET /&lt;i&gt;/{name}", StringComparison.Ordinal);
        Assert.IsFalse(page.Contains("<script", StringComparison.Ordinal));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Every_error_points_to_the_page()
    {
        foreach (var (method, path, status) in new[]
        {
            ("GET", "/nope", 404),
            ("PUT", "/livez", 405),
            ("BREW", "/", 501),
            ("GET", "/api/v1/search", 400),
            ("GET", "/fail", 500),
            ("GET", "/%zz", 400),
        })
        {
            var asTyped = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Url + path[1..], asTyped));
            using var reply = await server.Http.SendAsync(request);

            using var body = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());
            var message = body.RootElement.GetProperty("message").GetString()!;
            Assert.AreEqual(status, (int)reply.StatusCode, path);
            StringAssert.EndsWith(message, $" Instructions: {server.Url}api/v1/web", StringComparison.Ordinal);
            using var page = await server.Http.GetAsync(message[message.IndexOf("http", StringComparison.Ordinal)..]);
            Assert.AreEqual(HttpStatusCode.OK, page.StatusCode);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task Behind_a_proxy_links_carry_the_public_address()
    {
        await using var own = await TestServer.StartAsync("--public-url", "https://grep.example.org/sub/");

        var page = await own.Http.GetStringAsync("/api/v1/web");
        using var missing = await own.Http.GetAsync("/nope");

        StringAssert.Contains(page, "curl -s https://grep.example.org/sub/livez", StringComparison.Ordinal);
        StringAssert.Contains(
            await missing.Content.ReadAsStringAsync(),
            "Instructions: https://grep.example.org/sub/api/v1/web",
            StringComparison.Ordinal);
    }

    static void AssertBalanced(string page)
    {
        var open = new Stack<string>();
        foreach (Match tag in Regex.Matches(page, "<(/?)([a-z][a-z0-9]*)(?: [^<>]*)?>"))
        {
            var name = tag.Groups[2].Value;
            if (Void.Contains(name)) continue;
            if (tag.Groups[1].Length == 0) open.Push(name);
            else Assert.AreEqual(open.Count > 0 ? open.Pop() : "nothing open", name, $"at {tag.Index}");
        }
        Assert.IsEmpty(open);
        Assert.AreEqual(Regex.Count(page, "<(?!!doctype)"), Regex.Count(page, "</?[a-z][a-z0-9]*(?: [^<>]*)?>"), "a stray <");
    }
}
