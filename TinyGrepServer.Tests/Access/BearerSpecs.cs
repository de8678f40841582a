// The field Authorization as a server sees it: one good token or 401 with WWW-Authenticate, never anything worse.

using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Access;

[TestClass]
public sealed class BearerSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task Anything_but_one_good_token_is_401()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync("--open-tokens", "--data", folder.Path);
        var token = await server.TokenAsync("ann");
        await server.GetAsAsync("/api", token).OkAsync();

        foreach (var field in new string?[]
        {
            null,
            "",
            " ",
            "Bearer",
            "Bearer ",
            token,
            $"Basic {token}",
            "Basic YW5uOmNvcnJlY3QgaG9yc2U=",
            $"Bearer:{token}",
            $"Bearer\t{token}",
            $"Token {token}",
            $"Bearer \"{token}\"",
            $"Bearer {token}=",
            $"Bearer {token[..^1]}",
            $"Bearer {token}, Bearer {token}",
            $"Bearer {token},{token}",
            $"Bearer {token} {token}",
            $"Bearer {new string('a', 5_000)}",
            $"Bearer {token}{new string('.', 5_000)}",
            "Negotiate AAAA",
            "Digest username=\"ann\"",
            "\u00ff",
        })
        {
            string[] fields = field is null ? [] : [$"Authorization: {field}"];
            var reply = (await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/api", null, fields)))!;
            Assert.AreEqual(401, reply.Status, field);
            StringAssert.StartsWith(reply.Header("WWW-Authenticate"), "Bearer realm=\"tinygrepserver\"", StringComparison.Ordinal, field);
            Assert.AreEqual("application/problem+json", reply.Header("Content-Type"));
        }
        // HttpListener shows the last of two fields only.
        var both = RawClient.Request("GET", "/api", null, $"Authorization: Bearer {token}", "Authorization: Bearer nonsense");
        var twice = (await RawClient.AskAsync(server.Url, both))!;
        var query = await server.GetAsync($"/api?access_token={token}&token={token}");
        Assert.AreEqual(401, twice.Status);
        Assert.AreEqual(401, query.Status);
        await server.GetAsAsync("/api", token).OkAsync();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Every_route_of_the_catalogue_needs_one()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync("--data", folder.Path);

        foreach (var (method, path) in new[]
        {
            ("GET", "/api"),
            ("HEAD", "/api"),
            ("POST", "/api"),
            ("DELETE", "/api"),
            ("GET", "/api/search"),
            ("GET", "/api/expiredMovies"),
            ("GET", "/api/v1/movies"),
            ("HEAD", "/api/v1/movies"),
            ("POST", "/api/v1/movies"),
            ("GET", "/api/v1/movies/x"),
            ("PUT", "/api/v1/movies/x"),
            ("PATCH", "/api/v1/movies/x"),
            ("DELETE", "/api/v1/movies/x"),
            ("GET", "/%61pi"),
        })
        {
            var body = method is "POST" or "PUT" or "PATCH" ? "{}"u8.ToArray() : null;
            var answer = await server.SendAsync(new HttpMethod(method), path, body);
            Assert.AreEqual(401, answer.Status, $"{method} {path}");
            Assert.IsNotEmpty(answer.Response.Headers.WwwAuthenticate);
        }
        Assert.IsFalse(File.Exists(Path.Join(folder.Path, "keys.json")), "a question makes no key");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_token_never_gets_into_the_log()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync("--open-tokens", "--data", folder.Path, "--log-level", "trace");
        var token = await server.TokenAsync("ann");

        await server.GetAsAsync("/api", token).OkAsync();
        await server.GetAsAsync("/api", token[..^2]);

        await Wait.UntilAsync(() => server.Log.Contains("GET /api 401", StringComparison.Ordinal), "the access line");
        Assert.DoesNotContain(token.Split('.')[1], server.Log);
    }
}
