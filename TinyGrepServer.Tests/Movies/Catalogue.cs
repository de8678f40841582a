// A server with a catalogue and a user who may do everything, on either database.

using System.Text.Json;
using TinyGrepServer.Tests.Access;
using TinyGrepServer.Tests.Search;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Movies;

internal sealed class Catalogue : IAsyncDisposable
{
    public const string Path = "/api/v1/movies";

    readonly TemporaryFolder folder;
    readonly string token;

    Catalogue(TestServer server, TemporaryFolder folder, string token) => (Server, this.folder, this.token) = (server, folder, token);

    public TestServer Server { get; }

    public static async Task<Catalogue> StartAsync(Engine engine, params string[] options)
    {
        var folder = new TemporaryFolder();
        var database = await Databases.OptionsAsync(engine, folder);
        var server = await TestServer.StartAsync(["--open-tokens", "--rate-limit", "off", .. database, .. options]);
        return new Catalogue(server, folder, await server.TokenAsync("ann"));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        folder.Dispose();
    }

    /// <param name="body">A text as it is, an object as its JSON, or nothing.</param>
    public Task<Answered> SendAsync(string method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        var text = body as string ?? (body is null ? null : JsonSerializer.Serialize(body));
        var bytes = text is null ? null : System.Text.Encoding.UTF8.GetBytes(text);
        return Server.SendAsync(new HttpMethod(method), path, bytes, headers: [("Authorization", $"Bearer {token}"), .. headers]);
    }

    public Task<Answered> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, headers);

    /// <summary>Adds a movie and returns its path.</summary>
    public async Task<string> AddAsync(string title, string genre = "Drama", string expires = "2031-05-17", int year = 1979)
    {
        var added = await SendAsync("POST", Path, Fields(title, genre, expires, year));
        Assert.AreEqual(201, added.Status, added.Text);
        return added.Response.Headers.Location!.ToString();
    }

    /// <summary>The titles that a question finds, in their order, on one page.</summary>
    public async Task<string[]> TitlesAsync(string query) =>
        [.. (await GetAsync($"{Path}?{query}").OkAsync()).Json.GetProperty("movies").EnumerateArray().Select(Title)];

    /// <summary>All titles that a question finds, page after page.</summary>
    public async Task<List<string>> WalkAsync(string query, Action? afterEachPage = null)
    {
        List<string> titles = [];
        for (var cursor = ""; ;)
        {
            var page = (await GetAsync($"{Path}?{query}{cursor}").OkAsync()).Json;
            titles.AddRange(page.GetProperty("movies").EnumerateArray().Select(Title));
            if (page.GetProperty("next").GetString() is not { } next) return titles;
            cursor = $"&cursor={next}";
            afterEachPage?.Invoke();
        }
    }

    public static object Fields(string title, string genre = "Drama", string expires = "2031-05-17", int year = 1979) =>
        new { title, genre, expiry_date = expires, release_year = year };

    public static string Title(JsonElement movie) => movie.GetProperty("title").GetString()!;
}
