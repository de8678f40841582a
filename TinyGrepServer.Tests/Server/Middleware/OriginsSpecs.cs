// What pages of other sites may have a browser send here, and that our own pages, programs and pages that are allowed are not in
// the way of it; a Host that is more than a name and a port; and what a browser is told before and with an answer.

using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class OriginsSpecs
{
    const string Message = """{"message":"from a page"}""";

    static readonly TemporaryFolder Folder = new();
    static TestServer direct = null!;
    static TestServer behind = null!;
    static TestServer open = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        direct = await TestServer.StartAsync("--data", Path.Join(Folder.Path, "direct"));
        behind = await TestServer.StartAsync(
            "--data", Path.Join(Folder.Path, "behind"),
            "--trusted-proxies", "127.0.0.1",
            "--public-url", "https://grep.example.org/notes/",
            "--cors-origins", "https://notes.example.org,http://localhost:3000");
        open = await TestServer.StartAsync("--host", "0.0.0.0", "--data", Path.Join(Folder.Path, "open"));
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await direct.DisposeAsync();
        await behind.DisposeAsync();
        await open.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("Sec-Fetch-Site: cross-site")]
    [DataRow("Sec-Fetch-Site: same-site")]
    [DataRow("Sec-Fetch-Site: cross-site|Origin: {own}")]
    [DataRow("Origin: https://evil.example")]
    [DataRow("Origin: null")]
    [DataRow("Origin: http://127.0.0.1:1")]
    [DataRow("Origin: http://127.0.0.1")]
    [DataRow("Origin: {own}.evil.example")]
    [DataRow("Origin: {own}, https://evil.example")]
    [DataRow("Origin: {own}/")]
    [DataRow("Origin: ")]
    [DataRow("Sec-Fetch-Site: nonsense|Origin: https://evil.example")]
    [DataRow("X-Forwarded-Host: evil.example|Origin: https://evil.example")]
    public async Task A_page_of_another_site_posts_a_message_or_a_question_and_gets_403(string? fields)
    {
        var message = await PostAsync(direct, "/messages", Message, fields);
        var question = await PostAsync(direct, "/api/v1/json", """{"action":"all"}""", fields);
        var movie = await direct.SendAsync(HttpMethod.Delete, "/api", headers: Read(direct, fields));
        var read = await direct.GetAsync("/api/v1/search?q=x", Read(direct, fields));

        Assert.AreEqual((403, 403, 403), (message.Status, question.Status, movie.Status));
        Assert.Contains("--cors-origins", message.Detail);
        Assert.AreEqual(200, read.Status, "it may ask; the browser keeps the answer from it");
        Assert.IsFalse(read.Response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("")]
    [DataRow("Sec-Fetch-Site: same-origin|Origin: {own}")]
    [DataRow("Sec-Fetch-Site: same-origin|Origin: https://a-proxy-in-between.example")]
    [DataRow("Sec-Fetch-Site: none")]
    [DataRow("Origin: {own}")]
    public async Task Our_own_pages_and_programs_may_post(string? fields)
    {
        var message = await PostAsync(direct, "/messages", Message, fields);

        Assert.IsTrue(message.Status is 200 or 201, message.Text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("Origin: https://grep.example.org", true)]
    [DataRow("Origin: https://grep.example.org:443", true)]
    [DataRow("Origin: http://grep.example.org", false)]
    [DataRow("Origin: https://grep.example.org:8443", false)]
    [DataRow("X-Forwarded-Host: seen.example.org:8443|Origin: https://seen.example.org:8443", true)]
    [DataRow("X-Forwarded-Host: seen.example.org|Origin: https://seen.example.org", true)]
    [DataRow("X-Forwarded-Host: seen.example.org|Origin: https://evil.example", false)]
    [DataRow("X-Forwarded-Host: seen.example.org|Origin: {own}", false)]
    [DataRow("Origin: https://notes.example.org", true)]
    [DataRow("Sec-Fetch-Site: cross-site|Origin: https://notes.example.org", true)]
    [DataRow("Sec-Fetch-Site: same-site|Origin: http://localhost:3000", true)]
    [DataRow("Sec-Fetch-Site: cross-site|Origin: https://grep.example.org", false)]
    [DataRow("Sec-Fetch-Site: cross-site|Origin: http://notes.example.org", false)]
    [DataRow("Sec-Fetch-Site: cross-site|Origin: null", false)]
    public async Task The_public_the_forwarded_and_the_allowed_ones_are_let_in(string? fields, bool isLetIn)
    {
        var message = await PostAsync(behind, "/messages", Message, fields);

        Assert.AreEqual(isLetIn, message.Status is 200 or 201, message.Text);
        if (!isLetIn) Assert.AreEqual(403, message.Status);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_question_in_QUERY_is_as_safe_as_one_in_GET()
    {
        var answered = await direct.SendAsync(
            new HttpMethod("QUERY"), "/api/v1/search", """{"q":"benchmark"}"""u8.ToArray(), headers: ("Sec-Fetch-Site", "cross-site"));

        Assert.AreEqual(200, answered.Status, answered.Text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("localhost:80@evil.example")]
    [DataRow("127.0.0.1:80@evil.example")]
    [DataRow("localhost:80#evil.example")]
    [DataRow("localhost:80/evil.example")]
    [DataRow("localhost:80?evil.example")]
    [DataRow("localhost:evil.example")]
    [DataRow("localhost:123456")]
    [DataRow("localhost:")]
    public async Task A_host_with_more_than_a_name_and_a_port_is_400_and_no_link_points_there(string host)
    {
        foreach (var server in (TestServer[])[direct, open])
        {
            foreach (var page in (string[])["/schema", "/api/v1/web", "/nope"])
            {
                var reply = await RawClient.AskAsync(new Uri($"http://127.0.0.1:{server.Url.Port}"), Request("GET", page, $"Host: {host}"));

                Assert.AreEqual(400, reply!.Status, reply.Text);
                Assert.DoesNotContain("evil.example", reply.Text);
            }
        }
    }

    static string Request(string method, string target, params string[] headers) => RawClient.Request(method, target, null, headers);

    static Task<Answered> PostAsync(TestServer server, string path, string body, string? fields) =>
        server.SendAsync(HttpMethod.Post, path, System.Text.Encoding.UTF8.GetBytes(body), type: null, Read(server, fields));

    /// <summary>Fields with | between; <c>{own}</c> stands for the server's own origin.</summary>
    static (string, string)[] Read(TestServer server, string? fields) =>
    [
        .. from field in $"{fields}".Split('|', StringSplitOptions.RemoveEmptyEntries)
           let parts = field.Replace("{own}", server.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal).Split(": ", 2)
           select (parts[0], parts[1]),
    ];
}
