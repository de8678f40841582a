// The two probes: /livez says that the process answers, /readyz that all it depends on can be used, each named. A red
// dependency takes the server out of rotation; it must never get it restarted.

using System.Net;
using System.Text.Json;

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
    public async Task Readiness_tells_each_dependency_by_name()
    {
        await using var server = await TestServer.StartAsync("--upstream", "http://127.0.0.1:1/", "--upstream", "cats=http://127.0.0.1:1/");

        using var ready = JsonDocument.Parse(await server.Http.GetStringAsync("/readyz"));
        for (var at = 0; at < 4; at++) await server.Http.GetAsync("/api/v1/relay/cats"); // three attempts each, all refused
        using var reply = await server.Http.GetAsync("/readyz");
        using var red = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());

        var checks = ready.RootElement.GetProperty("checks").EnumerateObject()
            .ToDictionary(check => check.Name, check => check.Value.GetString());
        foreach (var name in new[] { "server", "dictionaries", "search_queue", "database", "upstream_default", "upstream_cats" })
            Assert.AreEqual("ok", checks[name], name);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
        var redChecks = red.RootElement.GetProperty("checks");
        StringAssert.Contains(redChecks.GetProperty("upstream_cats").GetString()!, "failed", StringComparison.Ordinal);
        Assert.AreEqual("ok", redChecks.GetProperty("upstream_default").GetString());
        Assert.AreEqual(HttpStatusCode.OK, (await server.Http.GetAsync("/livez")).StatusCode, "alive all the same");
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
