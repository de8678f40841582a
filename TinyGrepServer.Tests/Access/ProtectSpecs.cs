// What is behind a token and what a user with the right to read may do there.

using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Access;

[TestClass]
public sealed class ProtectSpecs
{
    const string FirstSearch = """{"action":"search","term":"a","dictionary":"quotes.txt"}""";

    readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void Remove() => folder.Dispose();

    [TestMethod, Timeout(60_000)]
    [DataRow("search", "401 401 401 401 200 404")]
    [DataRow("the-first-api", "200 200 401 401 200 404")]
    [DataRow("messages", "200 200 200 200 200 401")]
    [DataRow("search,messages", "401 401 401 401 200 401")]
    [DataRow("movies", "200 200 200 200 200 404")]
    [DataRow("", "200 200 200 200 200 404")]
    public async Task What_is_named_needs_a_token_and_the_rest_stays_open(string names, string expected)
    {
        await using var server = await TestServer.StartAsync("--data", folder.Path, "--open-tokens", "--protect", names);

        int[] statuses =
        [
            (await server.GetAsync("/api/v1/search?q=a")).Status,
            (await server.PostAsync("/api/v1/search", """{"q":"a"}""")).Status,
            (await server.PostAsync("/api/v1/json", FirstSearch)).Status,
            (await server.PostAsync("/api/v1/json", """{"action":"all"}""")).Status,
            (await server.GetAsync("/livez")).Status,
            (await server.GetAsync($"/messages/{new string('a', 64)}")).Status,
        ];

        Assert.AreEqual(expected, string.Join(' ', statuses));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Dictionaries_can_be_protected_alone()
    {
        await using var server = await TestServer.StartAsync("--data", folder.Path, "--open-tokens", "--protect", "dictionaries");

        var open = await server.GetAsync("/api/v1/dictionaries");
        var file = await server.GetAsync("/api/v1/dictionaries/quotes.txt");
        await server.GetAsAsync("/api/v1/dictionaries/quotes.txt", await server.TokenAsync("ann")).OkAsync();
        await server.GetAsync("/api/v1/search?q=a").OkAsync();

        Assert.AreEqual((401, 401), (open.Status, file.Status));
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_is_protected_is_not_given_away_by_a_page()
    {
        await using var server = await TestServer.StartAsync("--data", folder.Path, "--open-tokens", "--protect", "search");
        var token = await server.TokenAsync("ann");

        var home = await server.GetAsync("/");
        var found = await server.GetAsync("/?q=Zombie");
        var read = await server.GetAsync("/d/server-terms.txt?from=359");
        var let = await server.GetAsAsync("/?q=Zombie", token).OkAsync();

        Assert.AreEqual((200, 401, 401), (home.Status, found.Status, read.Status));
        foreach (var page in new[] { home, found }) Assert.DoesNotContain("server-terms.txt", page.Text);
        Assert.DoesNotContain("reaped", found.Text + read.Text);
        Assert.Contains("reaped", let.Text);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_name_that_is_not_there_stops_the_start_and_the_others_are_told()
    {
        HashSet<string> offered = [];
        foreach (var names in new[] { "nope", "search,nope", "Search ", "se arch" })
        {
            var (exitCode, output, errors) = await TestServer.RunAsync("--port", "0", "--data", folder.Path, "--protect", names);

            Assert.AreEqual((2, ""), (exitCode, output), names);
            Assert.StartsWith("tinygrep: --protect: there is no '", errors);
            var list = errors[(errors.IndexOf("there are ", StringComparison.Ordinal) + "there are ".Length)..];
            offered.UnionWith(list.TrimEnd('.', '\n').Split(", "));
        }

        // Any that is not there would stop it.
        await using var server = await TestServer.StartAsync("--data", folder.Path, "--protect", string.Join(',', offered));
    }

    [TestMethod, Timeout(120_000)]
    public async Task Who_may_only_read_may_also_search_but_change_nothing()
    {
        string[] options = ["--data", folder.Path, "--protect", "search,messages"];
        await TokenClient.AddUserAsync(options[..2], "bob", "--read-only");
        await using var server = await TestServer.StartAsync(options);
        var token = await server.TokenAsync("bob", TokenClient.Password);

        foreach (var (method, path, body, expected) in new (string, string, string?, int)[]
        {
            ("GET", "/api", null, 200),
            ("HEAD", "/api", null, 200),
            ("GET", "/api/search", null, 200),
            ("GET", "/api/v1/movies", null, 200),
            ("GET", "/api/v1/movies/x", null, 404),
            ("GET", "/api/v1/search?q=a", null, 200),
            ("POST", "/api/v1/search", """{"q":"a"}""", 200),
            ("POST", "/api/v1/json", FirstSearch, 200),
            ("QUERY", "/api/v1/search", """{"q":"a"}""", 200),
            ("POST", "/api", "{}", 403),
            ("DELETE", "/api", """{"title":"a"}""", 403),
            ("POST", "/api/v1/movies", "{}", 403),
            ("PUT", "/api/v1/movies/x", "{}", 403),
            ("PATCH", "/api/v1/movies/x", "{}", 403),
            ("DELETE", "/api/v1/movies/x", null, 403),
            ("POST", "/messages", """{"message":"a"}""", 403),
        })
        {
            var bytes = body is null ? null : System.Text.Encoding.UTF8.GetBytes(body);
            var answer = await server.SendAsync(new HttpMethod(method), path, bytes, headers: ("Authorization", $"Bearer {token}"));
            Assert.AreEqual(expected, answer.Status, $"{method} {path} {answer.Text}");
            if (expected == 403) Assert.Contains("insufficient_scope", answer.Response.Headers.WwwAuthenticate.ToString());
        }
    }
}
