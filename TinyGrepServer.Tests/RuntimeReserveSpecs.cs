// The runtime remembers for ever that an assembly could not be opened, so a server must not need a new one when descriptors
// are used up: whatever is asked after the start loads nothing.

using System.Net;
using System.Net.Http.Headers;
using TinyGrepServer.Tests.Access;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class RuntimeReserveSpecs
{
    [TestMethod, Timeout(60_000)]
    [DataRow(160, "GET /api/v1/search?q=cache, GET /api/v1/search?q=, GET /nowhere, GET /readyz")]
    [DataRow(4096, """
        GET /api/v1/search?q=cache, GET /api/v1/search?q=, POST /api/v1/search, GET /, GET /?q=cache, GET /d/server-terms.txt, GET /schema, GET /metrics, POST /messages, GET /api/movies,
        POST /api/movies, GET /api/smart, GET /api/v1/jobs, POST /api/v1/jobs, GET /internal/jobs
        """)]
    public async Task Requests_load_no_assembly_that_the_start_has_not_loaded(int descriptors, string? requests)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartInShellAsync($"ulimit -n {descriptors}; exec \"$@\"", "--data", folder.Path, "--open-tokens");
        var token = await server.TokenAsync("ann");
        var loaded = Assemblies(server);

        foreach (var line in $"{requests}".Split(',', StringSplitOptions.TrimEntries))
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(line.Split(' ')[0]), line.Split(' ')[1]);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Headers.AcceptEncoding.ParseAdd("br");
            if (request.Method == HttpMethod.Post) request.Content = new StringContent("""{"q":"cache"}""", new MediaTypeHeaderValue("application/json"));
            using var reply = await server.Http.SendAsync(request);
            Assert.AreNotEqual(HttpStatusCode.InternalServerError, reply.StatusCode, line);
        }

        CollectionAssert.AreEquivalent(loaded, Assemblies(server));
    }

    static string[] Assemblies(TestServer server) =>
        [.. File.ReadLines($"/proc/{server.Process.Id}/maps").Select(line => line.Split(' ')[^1]).Where(file => file.EndsWith(".dll", StringComparison.Ordinal)).Distinct()];
}
