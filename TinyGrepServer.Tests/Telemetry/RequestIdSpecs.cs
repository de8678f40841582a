// One id ties together what the client saw, what the error body said and what the log has. A client may bring its own,
// but only one that is fit for a header and a log line.

using System.Text.Json;

namespace TinyGrepServer.Tests.Telemetry;

[TestClass]
public sealed class RequestIdSpecs
{
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => server = await TestServer.StartAsync("--diagnostics");

    [ClassCleanup]
    public static async Task StopAsync() => await server.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task A_decent_id_is_kept_in_header_body_and_log()
    {
        foreach (var id in new[] { "a", "client-7_3.x:y/z+=", new string('x', 128) })
        {
            using var reply = await SendAsync(id);

            using var body = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());
            Assert.AreEqual(id, reply.Headers.GetValues("X-Request-Id").Single());
            Assert.AreEqual(id, body.RootElement.GetProperty("requestId").GetString());
            await Wait.UntilAsync(() => server.Log.Contains($" {id}\n", StringComparison.Ordinal), $"{id} in the log");
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_id_that_is_not_fit_for_a_log_is_replaced()
    {
        foreach (var id in new[] { "has space", "quote\"", "<script>", "semi;colon", "a,b", "tab\tx", new string('x', 129), "%0A", "{x}" })
        {
            using var reply = await SendAsync(id);

            StringAssert.Matches(reply.Headers.GetValues("X-Request-Id").Single(), new("^[0-9a-f]{16}$"), id);
            Assert.IsFalse((await reply.Content.ReadAsStringAsync()).Contains(id, StringComparison.Ordinal), id);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task Without_one_each_request_gets_its_own()
    {
        var ids = new HashSet<string>();
        for (var at = 0; at < 50; at++)
        {
            using var reply = await server.Http.GetAsync("/livez");
            ids.Add(reply.Headers.GetValues("X-Request-Id").Single());
        }

        Assert.HasCount(50, ids);
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_unhandled_error_is_found_in_the_log_by_the_id_the_client_got()
    {
        using var reply = await server.Http.GetAsync("/fail");

        var id = reply.Headers.GetValues("X-Request-Id").Single();
        using var body = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());
        StringAssert.Contains(body.RootElement.GetProperty("detail").GetString()!, id, StringComparison.Ordinal);
        await Wait.UntilAsync(
            () => server.Log.Split('\n').Any(line =>
                line.Contains("Unhandled error", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal)),
            "the log has it");
    }

    static async Task<HttpResponseMessage> SendAsync(string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nope");
        request.Headers.TryAddWithoutValidation("X-Request-Id", id);
        return await server.Http.SendAsync(request);
    }
}
