// A server that takes jobs, with a token and the few questions that tests of jobs ask again and again.

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Jobs;

internal sealed class JobsServer : IAsyncDisposable
{
    public const string Path = "/api/v1/jobs";

    JobsServer(TestServer server, string[] options) => (Server, Options) = (server, options);

    public TestServer Server { get; }

    public HttpClient Http => Server.Http;

    /// <summary>With what a further server shares this one's database and keys.</summary>
    public string[] Options { get; }

    public static async Task<JobsServer> StartAsync(Engine engine, TemporaryFolder folder, params string[] more) =>
        await BesideAsync(await Databases.OptionsAsync(engine, folder), more);

    /// <summary>Another server on the same database.</summary>
    public static async Task<JobsServer> BesideAsync(string[] options, params string[] more)
    {
        var server = await TestServer.StartAsync(["--open-tokens", "--diagnostics", "--rate-limit", "off", .. options, .. more]);
        using var reply = await server.Http.PostAsJsonAsync("/api/token", new { user = "ann" });
        var token = (await reply.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new JobsServer(server, options);
    }

    /// <summary>Asks and returns status and JSON.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseHeaders Headers)> SendAsync(
        string method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var reply = await Http.SendAsync(request);
        return (reply.StatusCode, await reply.Content.ReadFromJsonAsync<JsonElement>(), reply.Headers);
    }

    /// <summary>Puts a job in; returns its id.</summary>
    public async Task<string> AddAsync(string json)
    {
        var (status, job, _) = await SendAsync("POST", Path, json);
        Assert.AreEqual(HttpStatusCode.Accepted, status, job.ToString());
        return job.GetProperty("id").GetString()!;
    }

    public async Task<JsonElement> GetAsync(string id) => (await SendAsync("GET", $"{Path}/{id}")).Body;

    public async Task<string> StateAsync(string id) => (await GetAsync(id)).GetProperty("state").GetString()!;

    public async Task<JsonElement> UntilAsync(string id, string state, TimeSpan? limit = null)
    {
        await Wait.UntilAsync(async () => await StateAsync(id) == state, $"the job is {state}", limit);
        return await GetAsync(id);
    }

    public async Task<long> CountAsync(string state) =>
        (await SendAsync("GET", $"{Path}?limit=1")).Body.GetProperty("counts").GetProperty(state).GetInt64();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

internal static class JobJson
{
    public static string Text(this JsonElement job, string name) => job.GetProperty(name).GetString() ?? "";

    public static long Number(this JsonElement job, string name) => job.GetProperty(name).GetInt64();
}
