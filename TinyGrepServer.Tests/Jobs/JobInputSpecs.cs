// What a job may bring as its input, whatever its kind looks at: text that can be shown again. A row from before that rule is
// shown, too, and takes no list down with it.

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TinyGrepServer.Access;
using TinyGrepServer.Jobs;
using TinyGrepServer.Storage;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Jobs;

[TestClass]
public sealed class JobInputSpecs
{
    [TestMethod, Timeout(120_000)]
    public async Task Text_that_is_not_Unicode_is_refused_by_every_kind_and_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        await using var server = await StartAsync(folder, new JobKind("own", _ => { }, (_, _) => Task.FromResult<byte[]?>(null)));
        using var http = await ClientAsync(server);
        byte[][] inputs =
        [
            """{"x":"\ud800"}"""u8.ToArray(),
            """{"x":["\udc00\ud800"]}"""u8.ToArray(),
            """{"\ud800":1}"""u8.ToArray(),
            [.. "{\"x\":\""u8, 0xFF, .. "\"}"u8],
            [.. "{\"x\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8],
            Encoding.UTF8.GetBytes($$"""{"x":{{new string('[', 50)}}{{new string(']', 50)}}}"""),
        ];

        foreach (var input in inputs)
        {
            foreach (var kind in new[] { "own", "search", "noop" })
            {
                var body = new ByteArrayContent([.. Encoding.UTF8.GetBytes($$"""{"kind":"{{kind}}","input":"""), .. input, (byte)'}']);
                body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var reply = await http.PostAsync(JobsServer.Path, body);
                Assert.AreEqual(HttpStatusCode.BadRequest, reply.StatusCode, $"{kind} {Encoding.UTF8.GetString(input)}");
            }
        }
        var list = await http.GetFromJsonAsync<JsonElement>(JobsServer.Path);

        Assert.AreEqual(0, list.GetProperty("jobs").GetArrayLength());
    }

    [TestMethod, Timeout(120_000)]
    public async Task The_deepest_input_that_is_taken_can_be_listed()
    {
        using var folder = new TemporaryFolder();
        await using var server = await StartAsync(folder, new JobKind("own", _ => { }, (_, _) => Task.FromResult<byte[]?>(null)));
        using var http = await ClientAsync(server);
        var deep = $$"""{"x":{{new string('[', 47)}}{{new string(']', 47)}}}""";

        using var taken = await http.PostAsync(
            JobsServer.Path, new StringContent($$"""{"kind":"own","input":{{deep}}}""", Encoding.UTF8, "application/json"));
        var list = await http.GetFromJsonAsync<JsonElement>(JobsServer.Path);

        Assert.AreEqual(HttpStatusCode.Accepted, taken.StatusCode, await taken.Content.ReadAsStringAsync());
        Assert.AreEqual(deep, list.GetProperty("jobs")[0].GetProperty("input").GetRawText());
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task A_row_whose_input_cannot_be_shown_is_listed_with_its_text(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(engine, folder, "--workers", "0");
        var good = await server.AddAsync("""{"kind":"noop"}""");
        var (escape, bytes) = (await server.AddAsync("""{"kind":"noop"}"""), await server.AddAsync("""{"kind":"noop"}"""));
        await SetInputAsync(escape, "{\"x\":\"\\ud800\"}"u8.ToArray());
        await SetInputAsync(bytes, [.. "{\"x\":\""u8, 0xFF, .. "\"}"u8]);

        var (status, list, _) = await server.SendAsync("GET", JobsServer.Path);
        var (oneStatus, one, _) = await server.SendAsync("GET", $"{JobsServer.Path}/{escape}");

        Assert.AreEqual((HttpStatusCode.OK, HttpStatusCode.OK), (status, oneStatus));
        Assert.AreEqual("{\"x\":\"\\ud800\"}", one.GetProperty("input").Text("unreadable"));
        var jobs = list.GetProperty("jobs");
        Assert.AreEqual("{\"x\":\"\uFFFD\"}", jobs[0].GetProperty("input").Text("unreadable"));
        Assert.AreEqual((good, "{}"), (jobs[2].Text("id"), jobs[2].GetProperty("input").GetRawText()));

        Task<string> SetInputAsync(string id, byte[] input) => DatabaseShell.AskAsync(
            server.Options,
            $"UPDATE jobs SET input = {DatabaseShell.Literal(engine, Convert.ToHexStringLower(input))} WHERE id = '{id}'");
    }

    static Task<TinyServer> StartAsync(TemporaryFolder folder, JobKind kind) => TinyServer.StartAsync(
        InProcess.Quiet() with
        {
            Storage = new StorageSettings { DataFolder = Path.Join(folder.Path, "data") },
            Access = new AccessSettings { OpenTokens = true, RateLimit = null },
            Jobs = new JobSettings { Workers = 0 },
            Diagnostics = true,
        },
        app => app.Add(kind));

    static async Task<HttpClient> ClientAsync(TinyServer server)
    {
        var http = new HttpClient { BaseAddress = server.Url };
        using var reply = await http.PostAsJsonAsync("/api/token", new { user = "ann" });
        var token = (await reply.Content.ReadFromJsonAsync<JsonElement>()).Text("token");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }
}
