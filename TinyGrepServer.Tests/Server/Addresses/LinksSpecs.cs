// One maker of URLs: what --public-url says, else a trusted proxy, else the request's own Host; and every place where an address
// of ours stands follows it.

using System.Net;
using System.Text.RegularExpressions;
using TinyGrepServer.Server;
using TinyGrepServer.Tests.Access;
using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class LinksSpecs
{
    const string Public = "https://grep.example.org:8443/notes/";

    static readonly (string, string)[] Fields =
        [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "grep.example.org:8443"), ("X-Forwarded-Prefix", "/notes")];

    readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void Remove() => folder.Dispose();

    [TestMethod]
    [DataRow(null, "localhost:8080", "http://localhost:8080", "")]
    [DataRow(null, "[::1]:8080", "http://[::1]:8080", "")]
    [DataRow(null, "evil.example", "http://127.0.0.1:8080", "")]
    [DataRow(null, "localhost:80@evil.example", "http://127.0.0.1:8080", "")]
    [DataRow(null, null, "http://127.0.0.1:8080", "")]
    [DataRow("http://grep.example.org/", "localhost", "http://grep.example.org", "")]
    [DataRow("https://grep.example.org:8443/a/b/", "localhost", "https://grep.example.org:8443", "/a/b")]
    [DataRow("http://ann:secret@grep.example.org/a", "localhost", "http://grep.example.org", "/a")]
    [DataRow("http://[::1]:8080/a", "localhost", "http://[::1]:8080", "/a")]
    public void The_public_address_comes_before_the_requests_own(string? url, string? host, string site, string root)
    {
        var options = new ServerSettings { Host = "0.0.0.0", PublicUrl = url is null ? null : new Uri(url) };

        Assert.AreEqual(new Links(site, root), Links.Of(options, new ForwardedFields(IPAddress.Loopback, null, null, ""), host));
    }

    [TestMethod]
    public void A_trusted_proxys_word_comes_between_the_two()
    {
        var forwarded = new ForwardedFields(IPAddress.Loopback, "https", new Authority("seen.example.org", null), "/a");

        var links = Links.Of(new ServerSettings(), forwarded, "127.0.0.1");
        var named = Links.Of(new ServerSettings { PublicUrl = new Uri("http://grep.example.org/") }, forwarded, "127.0.0.1");

        Assert.AreEqual(("https://seen.example.org/a", "/a/x"), (links.Base, links.To("/x")));
        Assert.AreEqual(("http://grep.example.org", "/x"), (named.Base, named.To("/x")));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("--public-url", Public)]
    [DataRow("--trusted-proxies", "127.0.0.1")]
    public async Task Below_a_prefix_every_address_has_it(string option, string value)
    {
        await using var server = await TestServer.StartAsync("--open-tokens", "--data", folder.Path, option, value);

        var missing = await server.GetAsync("/nope", Fields);
        var schema = await server.GetAsync("/schema", Fields).OkAsync();
        var instructions = await server.GetAsync("/api/v1/web", Fields).OkAsync();
        var message = await server.SendAsync(HttpMethod.Post, "/messages", """{"message":"x"}"""u8.ToArray(), headers: Fields);
        var token = await server.TokenAsync("ann");
        var job = await AddJobAsync(server, token);
        var same = await AddJobAsync(server, token);
        var movie = await server.SendAsync(
            HttpMethod.Post,
            "/api/v1/movies",
            """{"title":"M","genre":"Crime","expiry_date":"2031-05-17","release_year":1931}"""u8.ToArray(),
            headers: [.. Fields, ("Authorization", $"Bearer {token}")]);
        var first = await server.GetAsync("/", Fields).OkAsync();
        var reader = await server.GetAsync("/d/quotes.txt", Fields).OkAsync();

        StringAssert.EndsWith(
            missing.Json.GetProperty("message").GetString(), $"Instructions: {Public}api/v1/web", StringComparison.Ordinal);
        Assert.AreEqual(Public.TrimEnd('/'), schema.Json.GetProperty("servers")[0].GetProperty("url").GetString());
        Assert.Contains($"curl -s {Public}schema", instructions.Text);
        Assert.DoesNotContain(server.Url.Authority, instructions.Text);
        StringAssert.StartsWith(LocationOf(message), "/notes/messages/", StringComparison.Ordinal);
        Assert.AreEqual((202, 409), (job.Status, same.Status));
        StringAssert.StartsWith(LocationOf(job), "/notes/api/v1/jobs/", StringComparison.Ordinal);
        Assert.AreEqual(LocationOf(job), LocationOf(same), "a refusal that says where the other one is");
        StringAssert.StartsWith(LocationOf(movie), "/notes/api/v1/movies/", StringComparison.Ordinal);
        foreach (Match link in Regex.Matches(first.Text + reader.Text, "(?:href|src|action)=\"(?<to>/[^\"]*)\""))
            StringAssert.StartsWith(link.Groups["to"].Value, "/notes/", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_a_stranger_says_of_prefix_host_and_scheme_leads_nowhere()
    {
        await using var server = await TestServer.StartAsync("--data", folder.Path, "--trusted-proxies", "10.0.0.1");

        var missing = await server.GetAsync("/nope", Fields);
        var message = await server.SendAsync(HttpMethod.Post, "/messages", """{"message":"x"}"""u8.ToArray(), headers: Fields);
        var page = await server.GetAsync("/", Fields).OkAsync();

        Assert.Contains($"Instructions: {server.Url}api/v1/web", missing.Text);
        StringAssert.StartsWith(LocationOf(message), "/messages/", StringComparison.Ordinal);
        Assert.DoesNotContain("/notes", page.Text);
    }

    static Task<Answered> AddJobAsync(TestServer server, string token) => server.SendAsync(
        HttpMethod.Post,
        "/api/v1/jobs",
        """{"kind":"search","input":{"q":"x"},"unique":"one","run_at":"2199-01-01T00:00:00Z"}"""u8.ToArray(),
        headers: [.. Fields, ("Authorization", $"Bearer {token}")]);

    static string LocationOf(Answered answered) => answered.Response.Headers.Location!.ToString();
}
