// Whose jobs a user sees and changes: those of that user, as if there were no others; an administrator's are all.

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TinyGrepServer.Tests.Access;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Jobs;

[TestClass]
public sealed class JobOwnersSpecs
{
    const string Later = """{"kind":"search","input":{"q":"x"},"run_at":"2199-01-01T00:00:00Z"}""";

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task A_job_is_its_users_and_for_others_it_is_not_there(Engine engine)
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(engine, folder);
        await using var server = await TestServer.StartAsync([.. options, "--open-tokens", "--workers", "0"]);
        using var ann = await ClientAsync(server, "ann");
        using var bob = await ClientAsync(server, "bob");
        var (hers, his) = (await AddAsync(ann, Later), await AddAsync(bob, Later));

        foreach (var (method, path) in new[] { ("GET", ""), ("DELETE", ""), ("POST", "/retry") })
        {
            var (status, body) = await SendAsync(bob, method, $"{JobsServer.Path}/{hers}{path}");
            Assert.AreEqual((HttpStatusCode.NotFound, $"No job '{hers}'."), (status, body.Text("detail")), method);
        }
        var list = (await SendAsync(bob, "GET", JobsServer.Path)).Body;
        var filtered = (await SendAsync(bob, "GET", $"{JobsServer.Path}?state=waiting&cursor=ffffffff-ffff-7fff-bfff-ffffffffffff")).Body;
        var changed = (await SendAsync(bob, "POST", $"{JobsServer.Path}/cancel", """{"state":"waiting"}""")).Body;
        var untouched = (await SendAsync(ann, "GET", $"{JobsServer.Path}/{hers}")).Body;
        await SendAsync(ann, "DELETE", $"{JobsServer.Path}/{hers}");
        var retried = (await SendAsync(bob, "POST", $"{JobsServer.Path}/retry", """{"state":"cancelled"}""")).Body;
        var hersNow = (await SendAsync(ann, "GET", $"{JobsServer.Path}/{hers}")).Body;

        Assert.AreEqual(his, Ids(list));
        Assert.AreEqual("""{"waiting":1,"running":0,"done":0,"failed":0,"cancelled":0}""", list.GetProperty("counts").GetRawText());
        Assert.AreEqual(his, Ids(filtered));
        Assert.AreEqual((1, "waiting"), (changed.Number("changed"), untouched.Text("state")));
        Assert.AreEqual((1, "cancelled"), (retried.Number("changed"), hersNow.Text("state")));
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_unique_key_is_everybodys_but_whose_job_has_it_is_not_told()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(
            [.. await Databases.OptionsAsync(Engine.Sqlite, folder), "--open-tokens", "--workers", "0"]);
        using var ann = await ClientAsync(server, "ann");
        using var bob = await ClientAsync(server, "bob");
        const string Daily = """{"kind":"search","input":{"q":"x"},"unique":"daily"}""";
        var id = await AddAsync(ann, Daily);

        using var own = await ann.PostAsync(JobsServer.Path, Body(Daily));
        using var other = await bob.PostAsync(JobsServer.Path, Body(Daily));

        Assert.AreEqual((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (own.StatusCode, other.StatusCode));
        Assert.AreEqual($"{JobsServer.Path}/{id}", own.Headers.Location!.ToString());
        Assert.IsNull(other.Headers.Location);
        Assert.DoesNotContain(id, await other.Content.ReadAsStringAsync());
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task An_administrator_sees_and_changes_the_jobs_of_all(Engine engine)
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(engine, folder);
        await TokenClient.AddUserAsync(options, "ann");
        await TokenClient.AddUserAsync(options, "root", "--admin");
        await TokenClient.AddUserAsync(options, "eye", "--admin", "--read-only");
        await using var server = await TestServer.StartAsync([.. options, "--workers", "0"]);
        using var ann = await ClientAsync(server, "ann", TokenClient.Password);
        using var root = await ClientAsync(server, "root", TokenClient.Password);
        using var eye = await ClientAsync(server, "eye", TokenClient.Password);
        var (hers, own) = (await AddAsync(ann, Later), await AddAsync(root, Later));

        var list = (await SendAsync(root, "GET", JobsServer.Path)).Body;
        var looked = (await SendAsync(eye, "GET", $"{JobsServer.Path}/{hers}")).Body;
        var denied = await SendAsync(eye, "DELETE", $"{JobsServer.Path}/{hers}");
        var cancelled = (await SendAsync(root, "DELETE", $"{JobsServer.Path}/{hers}")).Body;
        var retried = (await SendAsync(root, "POST", $"{JobsServer.Path}/retry", """{"state":"cancelled"}""")).Body;
        var all = (await SendAsync(root, "POST", $"{JobsServer.Path}/cancel", """{"state":"waiting"}""")).Body;
        var users = await TestServer.RunAsync(["user", "list", .. options]);

        Assert.AreEqual($"{own} {hers}", Ids(list));
        Assert.AreEqual(2, list.GetProperty("counts").Number("waiting"));
        Assert.AreEqual(("ann", HttpStatusCode.Forbidden), (looked.Text("user"), denied.Status));
        Assert.AreEqual(("cancelled", 1, 2), (cancelled.Text("state"), retried.Number("changed"), all.Number("changed")));
        StringAssert.Matches(
            users.Output, new(@"^ann\tread, write\t\S+\neye\tread, admin\t\S+\nroot\tread, write, admin\t\S+\n$"));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task Accounts_that_were_there_before_there_were_administrators_are_administrators(Engine engine)
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(engine, folder);
        await TokenClient.AddUserAsync(options, "old");
        await TokenClient.AddUserAsync(options, "reader", "--read-only");
        await DatabaseShell.AskAsync(
            options,
            "ALTER TABLE users DROP COLUMN is_admin; DELETE FROM schema_migrations WHERE slice = 'Access' AND number = 2");

        await TokenClient.AddUserAsync(options, "young");
        var users = await TestServer.RunAsync(["user", "list", .. options]);

        StringAssert.Matches(
            users.Output, new(@"^old\tread, write, admin\t\S+\nreader\tread, admin\t\S+\nyoung\tread, write\t\S+\n$"));
    }

    static string Ids(JsonElement page) => string.Join(' ', page.GetProperty("jobs").EnumerateArray().Select(job => job.Text("id")));

    static async Task<HttpClient> ClientAsync(TestServer server, string user, string? password = null)
    {
        var http = server.NewClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await server.TokenAsync(user, password));
        return http;
    }

    static async Task<string> AddAsync(HttpClient http, string json)
    {
        using var reply = await http.PostAsync(JobsServer.Path, Body(json));
        Assert.AreEqual(HttpStatusCode.Accepted, reply.StatusCode, await reply.Content.ReadAsStringAsync());
        return (await reply.Content.ReadFromJsonAsync<JsonElement>()).Text("id");
    }

    static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpClient http, string method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = json is null ? null : Body(json) };
        using var reply = await http.SendAsync(request);
        return (reply.StatusCode, await reply.Content.ReadFromJsonAsync<JsonElement>());
    }

    static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");
}
