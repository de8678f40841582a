// Descriptors: what a request opened is closed with it, not when memory is next collected; and because the runtime remembers
// for ever that an assembly could not be opened, requests load none.

using System.Net;
using System.Net.Http.Headers;
using TinyGrepServer.Tests.Access;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class DescriptorsSpecs
{
    /// <summary>Two descriptors each, for three reads of the server's own beside a request's.</summary>
    const int ReadersMore = 6;

    static readonly TemporaryFolder Data = new();
    static TestServer shared = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) =>
        shared = await TestServer.StartAsync("--data", Data.Path, "--diagnostics", "--open-tokens", "--rate-limit", "off");

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await shared.DisposeAsync();
        Data.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(192, false, "GET /api/v1/search?q=cache, GET /api/v1/search?q=, GET /nowhere, GET /readyz")]
    [DataRow(4096, true, """
        GET /api/v1/search?q=cache, GET /api/v1/search?q=, POST /api/v1/search, GET /, GET /?q=cache, GET /d/server-terms.txt,
        GET /schema, GET /metrics, POST /messages, GET /api/v1/movies,
        POST /api/v1/movies, GET /api, GET /api/smart, GET /api/v1/jobs, POST /api/v1/jobs, GET /internal/jobs
        """)]
    public async Task Requests_load_no_assembly_that_the_start_has_not_loaded(int descriptors, bool asUser, string? requests)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartInShellAsync(
            $"ulimit -n {descriptors}; exec \"$@\"", "--data", folder.Path, "--open-tokens");
        var loaded = Assemblies(server);
        var token = asUser ? await server.TokenAsync("ann") : null;

        foreach (var line in $"{requests}".Split(',', StringSplitOptions.TrimEntries))
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(line.Split(' ')[0]), line.Split(' ')[1]);
            if (asUser) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Headers.AcceptEncoding.ParseAdd("br");
            if (request.Method == HttpMethod.Post)
                request.Content = new StringContent("""{"q":"cache"}""", new MediaTypeHeaderValue("application/json"));
            using var reply = await server.Http.SendAsync(request);
            Assert.DoesNotContain(reply.StatusCode, [HttpStatusCode.InternalServerError, HttpStatusCode.Unauthorized], line);
        }

        CollectionAssert.AreEquivalent(loaded, Assemblies(server));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("/api/v1/search?q=NUMBER", 200, DisplayName = "a search by grep")]
    [DataRow("/api/v1/search?q=%5BNUMBER&mode=extended", 400, DisplayName = "a pattern that grep refuses")]
    [DataRow("/api/v1/search?q=e&limit=NUMBER", 200, DisplayName = "a search that ends at its limit")]
    [DataRow("/wait?seconds=0", 200, DisplayName = "a program that is waited for")]
    [DataRow("/api/v1/dictionaries/quotes.txt", 200, DisplayName = "a dictionary")]
    [DataRow("/api/v1/lines/quotes.txt?from=NUMBER", 200, DisplayName = "lines")]
    [DataRow("/?q=NUMBER", 200, DisplayName = "the search page")]
    [DataRow("/api/v1/movies?title=like.NUMBER", 200, DisplayName = "movies")]
    public async Task What_a_request_opened_is_closed_with_it(string? path, int status)
    {
        var token = await shared.TokenAsync("ann");
        var settled = (Database: 0, Others: 0);

        for (var number = 1; number <= 60; number++)
        {
            var reply = await shared.GetAsAsync($"{path}".Replace("NUMBER", $"{number}", StringComparison.Ordinal), token);
            Assert.AreEqual(status, reply.Status, reply.Text);
            if (number == 10) settled = Opened();
        }

        var opened = Opened();
        Assert.IsLessThanOrEqualTo(settled.Others + 2, opened.Others);
        Assert.IsLessThanOrEqualTo(settled.Database + ReadersMore, opened.Database);
    }

    /// <summary>Descriptors on the database and all others: as many readers are kept as ever read at once.</summary>
    static (int Database, int Others) Opened()
    {
        var targets = new DirectoryInfo($"/proc/{shared.Process.Id}/fd").GetFiles().Select(file => file.LinkTarget ?? "").ToList();
        var database = targets.Count(target => target.StartsWith(Data.Path, StringComparison.Ordinal));
        return (database, targets.Count - database);
    }

    static string[] Assemblies(TestServer server) =>
    [
        .. File.ReadLines($"/proc/{server.Process.Id}/maps")
            .Select(line => line.Split(' ')[^1])
            .Where(file => file.EndsWith(".dll", StringComparison.Ordinal))
            .Distinct(),
    ];
}
