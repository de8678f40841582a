using System.Net;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class HealthSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task A_running_server_is_alive_and_ready()
    {
        await using var server = await TestServer.StartAsync();

        var alive = await server.Http.GetAsync("/livez");
        var ready = await server.Http.GetStringAsync("/readyz");

        Assert.AreEqual(HttpStatusCode.OK, alive.StatusCode);
        StringAssert.Contains(ready, "\"dictionaries\":\"ok\"", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_missing_default_dictionary_turns_readiness_red()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("only.txt", "a line\n");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path);

        File.Delete(file);
        var ready = await server.Http.GetAsync("/readyz");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        StringAssert.Contains(await ready.Content.ReadAsStringAsync(), "only.txt is missing", StringComparison.Ordinal);
    }
}
