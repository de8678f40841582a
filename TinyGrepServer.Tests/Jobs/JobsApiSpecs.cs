// The routes of /api/v1/jobs, what they answer and what they refuse: the same on both databases.

using System.Net;
using System.Text.Json;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Jobs;

[TestClass]
public sealed class JobsApiSpecs
{
    const string Nobody = "00000000-0000-7000-8000-000000000000";

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task A_search_is_taken_in_and_its_answer_becomes_a_message(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(engine, folder);

        var (status, taken, headers) =
            await server.SendAsync("POST", JobsServer.Path, """{"kind":"search","input":{"q":"naïve","limit":3}}""");
        var done = await server.UntilAsync(taken.Text("id"), "done");
        var message = JsonDocument.Parse(await server.Http.GetStringAsync($"/messages/{done.Text("result")}")).RootElement.Text("message");

        Assert.AreEqual(HttpStatusCode.Accepted, status);
        Assert.AreEqual($"{JobsServer.Path}/{taken.Text("id")}", headers.Location!.ToString());
        Assert.AreEqual("waiting", taken.Text("state"));
        Assert.AreEqual("ann", taken.Text("user"));
        Assert.AreEqual("naïve", done.GetProperty("input").Text("q"));
        Assert.AreEqual(1, done.Number("attempts"));
        Assert.AreEqual(await server.Http.GetStringAsync("/api/v1/search?q=na%C3%AFve&limit=3"), message);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task Jobs_are_listed_newest_first_by_state_and_kind_in_pages(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(engine, folder, "--workers", "0");
        List<string> ids = [];
        for (var at = 0; at < 5; at++) ids.Add(await server.AddAsync("""{"kind":"noop"}"""));
        var search = await server.AddAsync("""{"kind":"search","input":{"q":"x"}}""");
        await server.SendAsync("DELETE", $"{JobsServer.Path}/{ids[0]}");

        var page = (await server.SendAsync("GET", $"{JobsServer.Path}?state=waiting&kind=noop&limit=3")).Body;
        var rest = (await server.SendAsync("GET", $"{JobsServer.Path}?state=waiting&kind=noop&limit=3&cursor={page.Text("next")}")).Body;
        var all = (await server.SendAsync("GET", JobsServer.Path)).Body;

        CollectionAssert.AreEqual(new[] { ids[4], ids[3], ids[2] }, Ids(page));
        CollectionAssert.AreEqual(new[] { ids[1] }, Ids(rest));
        Assert.AreEqual(JsonValueKind.Null, rest.GetProperty("next").ValueKind);
        Assert.AreEqual(search, Ids(all)[0]);
        Assert.AreEqual("""{"waiting":5,"running":0,"done":0,"failed":0,"cancelled":1}""", all.GetProperty("counts").GetRawText());
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task A_waiting_job_is_cancelled_at_once_and_can_be_retried(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(engine, folder, "--workers", "0");
        var id = await server.AddAsync("""{"kind":"noop"}""");

        var cancelled = await server.SendAsync("DELETE", $"{JobsServer.Path}/{id}");
        var again = await server.SendAsync("DELETE", $"{JobsServer.Path}/{id}");
        var retried = await server.SendAsync("POST", $"{JobsServer.Path}/{id}/retry");
        var twice = await server.SendAsync("POST", $"{JobsServer.Path}/{id}/retry");

        Assert.AreEqual((HttpStatusCode.OK, "cancelled"), (cancelled.Status, cancelled.Body.Text("state")));
        Assert.AreEqual((HttpStatusCode.OK, "cancelled"), (again.Status, again.Body.Text("state")));
        Assert.AreEqual((HttpStatusCode.Accepted, "waiting"), (retried.Status, retried.Body.Text("state")));
        Assert.AreEqual(HttpStatusCode.Conflict, twice.Status);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task All_failed_jobs_are_retried_or_cancelled_in_one_request(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(engine, folder);
        for (var at = 0; at < 3; at++) await server.AddAsync("""{"kind":"noop","input":{"failures":1},"max_attempts":1}""");
        await server.AddAsync("""{"kind":"noop","input":{"failures":9},"max_attempts":1,"unique":"u"}""");
        await Wait.UntilAsync(async () => await server.CountAsync("failed") == 4, "all have failed");
        await server.AddAsync("""{"kind":"noop","input":{"milliseconds":60000},"unique":"u"}""");

        var other = (await server.SendAsync("POST", $"{JobsServer.Path}/retry", """{"kind":"search"}""")).Body;
        var cancelled = (await server.SendAsync("POST", $"{JobsServer.Path}/cancel", """{"state":"failed","kind":"noop"}""")).Body;
        var retried = (await server.SendAsync("POST", $"{JobsServer.Path}/retry", """{"state":"cancelled"}""")).Body;
        await Wait.UntilAsync(async () => await server.CountAsync("failed") == 3, "all but the one whose key is taken have run again");
        var failed = (await server.SendAsync("POST", $"{JobsServer.Path}/retry")).Body;

        Assert.AreEqual(0, other.Number("changed"));
        Assert.AreEqual(4, cancelled.Number("changed"));
        Assert.AreEqual(3, retried.Number("changed"));
        Assert.AreEqual(3, failed.Number("changed"), "no body at all means all that have failed");
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task A_unique_key_is_taken_until_its_job_has_ended(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(engine, folder);
        var first = await server.AddAsync("""{"kind":"noop","unique":"daily","input":{"milliseconds":60000}}""");
        await server.UntilAsync(first, "running");

        var second = await server.SendAsync("POST", JobsServer.Path, """{"kind":"noop","unique":"daily"}""");
        var otherKind = await server.SendAsync("POST", JobsServer.Path, """{"kind":"search","unique":"daily","input":{"q":"x"}}""");
        await server.SendAsync("DELETE", $"{JobsServer.Path}/{first}");
        await server.UntilAsync(first, "cancelled");
        var third = await server.AddAsync("""{"kind":"noop","unique":"daily","input":{"milliseconds":60000}}""");
        var retry = await server.SendAsync("POST", $"{JobsServer.Path}/{first}/retry");

        Assert.AreEqual(HttpStatusCode.Conflict, second.Status);
        Assert.AreEqual($"{JobsServer.Path}/{first}", second.Headers.Location!.ToString());
        Assert.AreEqual(HttpStatusCode.Accepted, otherKind.Status);
        Assert.AreNotEqual(first, third);
        Assert.AreEqual(HttpStatusCode.Conflict, retry.Status);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task What_is_not_there_is_404_and_what_is_done_is_409(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(engine, folder);
        var done = await server.AddAsync("""{"kind":"noop"}""");
        await server.UntilAsync(done, "done");

        foreach (var (method, path) in new[] { ("GET", ""), ("DELETE", ""), ("POST", "/retry") })
        {
            Assert.AreEqual(HttpStatusCode.NotFound, (await server.SendAsync(method, $"{JobsServer.Path}/{Nobody}{path}")).Status);
            Assert.AreEqual(HttpStatusCode.NotFound, (await server.SendAsync(method, $"{JobsServer.Path}/no%00job{path}")).Status);
        }
        Assert.AreEqual(HttpStatusCode.Conflict, (await server.SendAsync("DELETE", $"{JobsServer.Path}/{done}")).Status);
        Assert.AreEqual(HttpStatusCode.Conflict, (await server.SendAsync("POST", $"{JobsServer.Path}/{done}/retry")).Status);
    }

    [TestMethod, Timeout(120_000)]
    public async Task What_is_not_a_job_is_refused_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(Engine.Sqlite, folder, "--workers", "0");
        var cases = new Dictionary<string, string>
        {
            [""] = "empty",
            ["[]"] = "JSON object",
            ["{}"] = "'kind' is missing",
            ["""{"kind":"reboot"}"""] = "there are noop, search",
            ["""{"kind":"noop","color":1}"""] = "Unknown key 'color'",
            ["""{"kind":"noop","input":[]}"""] = "'input' must be a JSON object",
            ["""{"kind":"noop","input":{"milliseconds":-1}}"""] = "'milliseconds' must be",
            ["""{"kind":"search"}"""] = "'q' is missing",
            ["""{"kind":"search","input":{"q":"x","limit":0}}"""] = "'limit' must be",
            ["""{"kind":"search","input":{"q":"x","q":"y"}}"""] = "'input' must be",
            ["""{"kind":"noop","priority":1001}"""] = "'priority' must be",
            ["""{"kind":"noop","priority":1.5}"""] = "'priority' must be",
            ["""{"kind":"noop","max_attempts":0}"""] = "'max_attempts' must be",
            ["""{"kind":"noop","run_at":"2031-05-17T08:00:00"}"""] = "'run_at' must be",
            ["""{"kind":"noop","run_at":"17 May 2031"}"""] = "'run_at' must be",
            ["""{"kind":"noop","unique":""}"""] = "'unique' must be",
            ["""{"kind":"noop","unique":"a\u0000b"}"""] = "'unique' must be",
            [$$$"""{"kind":"noop","input":{"x":"{{{new string('x', 16 << 10)}}}"}}"""] = "at most 16384",
        };
        foreach (var (json, reason) in cases)
        {
            var (status, body, _) = await server.SendAsync("POST", JobsServer.Path, json);

            Assert.AreEqual(HttpStatusCode.BadRequest, status, json);
            StringAssert.Contains(body.Text("detail"), reason, StringComparison.Ordinal);
        }
        foreach (var query in new[] { "state=lost", "limit=0", "limit=201", "cursor=x", "color=1", "state=done&state=done", "kind=a%00b" })
            Assert.AreEqual(HttpStatusCode.BadRequest, (await server.SendAsync("GET", $"{JobsServer.Path}?{query}")).Status, query);
        foreach (var (path, json) in new[]
        {
            ("retry", """{"state":"done"}"""),
            ("retry", "[]"),
            ("cancel", """{"state":"cancelled"}"""),
            ("cancel", """{"id":1}"""),
        })
            Assert.AreEqual(HttpStatusCode.BadRequest, (await server.SendAsync("POST", $"{JobsServer.Path}/{path}", json)).Status, path);
        Assert.AreEqual(0, await server.CountAsync("waiting"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task Every_route_needs_a_token()
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(Engine.Sqlite, folder, "--workers", "0");
        server.Http.DefaultRequestHeaders.Authorization = null;

        foreach (var (method, path) in new[]
        {
            ("POST", ""),
            ("GET", ""),
            ("GET", $"/{Nobody}"),
            ("DELETE", $"/{Nobody}"),
            ("POST", $"/{Nobody}/retry"),
            ("POST", "/retry"),
            ("POST", "/cancel"),
        })
            Assert.AreEqual(
                HttpStatusCode.Unauthorized, (await server.SendAsync(method, $"{JobsServer.Path}{path}")).Status, $"{method} {path}");
    }

    [TestMethod, Timeout(120_000)]
    public async Task Without_diagnostics_there_is_no_noop()
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(Engine.Sqlite, folder, "--diagnostics", "false");

        var (status, body, _) = await server.SendAsync("POST", JobsServer.Path, """{"kind":"noop"}""");

        Assert.AreEqual(HttpStatusCode.BadRequest, status);
        StringAssert.Contains(body.Text("detail"), "there are search", StringComparison.Ordinal);
    }

    static string[] Ids(JsonElement page) => [.. page.GetProperty("jobs").EnumerateArray().Select(job => job.Text("id"))];
}
