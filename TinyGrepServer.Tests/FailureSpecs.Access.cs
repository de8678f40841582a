// What the table of failures promises of tokens.

using System.Net;
using TinyGrepServer.Tests.Access;

namespace TinyGrepServer.Tests;

public sealed partial class FailureSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task The_key_file_cannot_be_used()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync("--data", folder.Path, "--open-tokens");
        var token = await server.TokenAsync("ann");

        folder.Write("keys.json", "[");
        await Wait.UntilAsync(async () => (await server.GetAsAsync("/api", token)).Status == 503, "the change of the file is noticed");
        var asked = await server.GetAsAsync("/api", token);
        var another = await server.LogInAsync("ann");
        var open = await server.Http.GetAsync("/api/v1/search?q=a");

        Assert.AreEqual((503, 503), (asked.Status, another.Status));
        Assert.IsNotNull(asked.Response.Headers.RetryAfter);
        Assert.AreEqual(HttpStatusCode.OK, open.StatusCode);
        await Wait.UntilAsync(() => server.Log.Contains("keys.json cannot be used", StringComparison.Ordinal), "the log line");
    }
}
