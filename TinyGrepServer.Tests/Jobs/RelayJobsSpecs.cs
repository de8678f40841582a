// A relay request as a job: what the upstream said becomes a message.

using System.Net;
using System.Text.Json;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Jobs;

[TestClass]
public sealed class RelayJobsSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task An_upstream_is_asked_by_a_job_and_its_answer_becomes_a_message()
    {
        using var folder = new TemporaryFolder();
        await using var upstream = await TestServer.StartAsync();
        await using var server = await JobsServer.StartAsync(
            Engine.Sqlite, folder, "--upstream", $"live={upstream.Url}livez,gone={upstream.Url}nope");

        var good = await server.AddAsync("""{"kind":"relay","input":{"upstream":"live","timeout":5000}}""");
        var bad = await server.AddAsync("""{"kind":"relay","input":{"upstream":"gone"},"max_attempts":1}""");
        var unknown = await server.SendAsync("POST", JobsServer.Path, """{"kind":"relay","input":{"upstream":"dogs"}}""");
        var negative = await server.SendAsync("POST", JobsServer.Path, """{"kind":"relay","input":{"upstream":"live","timeout":0}}""");
        var done = await server.UntilAsync(good, "done");
        var failed = await server.UntilAsync(bad, "failed");
        var message = JsonDocument.Parse(await server.Http.GetStringAsync($"/messages/{done.Text("result")}")).RootElement.Text("message");

        Assert.AreEqual("""{"status":"ok","checks":{}}""", message);
        StringAssert.Contains(failed.Text("error"), "The upstream 'gone' gave no usable answer", StringComparison.Ordinal);
        Assert.AreEqual(HttpStatusCode.BadRequest, unknown.Status);
        Assert.AreEqual(HttpStatusCode.BadRequest, negative.Status);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Without_an_upstream_there_is_no_such_kind()
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(Engine.Sqlite, folder);

        var (status, body, _) = await server.SendAsync("POST", JobsServer.Path, """{"kind":"relay"}""");

        Assert.AreEqual(HttpStatusCode.BadRequest, status);
        StringAssert.Contains(body.Text("detail"), "there are noop, search", StringComparison.Ordinal);
    }
}
