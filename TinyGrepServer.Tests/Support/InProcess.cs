// A server inside the test process, for specs of the kernel that need routes of their own: each route answers with its name.

using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Tests;

internal static class InProcess
{
    static readonly HttpClient Http = new();

    /// <summary>Our own dictionaries, and no log among the output of the tests.</summary>
    public static Settings Quiet(int port = 0) => new()
    {
        Server = new ServerSettings { Port = port },
        Search = new SearchSettings { Folder = Path.Join(TestServer.Root, "dicts") },
        Log = new LogSettings { Level = Microsoft.Extensions.Logging.LogLevel.None },
    };

    /// <param name="routes">Method and pattern: <c>GET /hello/{name}</c>.</param>
    public static Task<TinyServer> StartAsync(params string[] routes) => TinyServer.StartAsync(Quiet(), app =>
    {
        foreach (var route in routes.Select(line => line.Split(' ')))
            app.Map(route[0], route[1], (_, _) => Task.FromResult(Reply.Text($"{route[0]} {route[1]}")));
    });

    public static async Task<HttpResponseMessage> SendAsync(
        TinyServer server, string method, string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Url, path));
        foreach (var (name, value) in fields) request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request);
    }
}
