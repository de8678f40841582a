// A slice of one's own, whole: dotnet run examples/slice.cs
// It keeps one note a user, behind tokens, in the server's database: a constructor that brings its table, a route table, handlers.

#:project ../TinyGrepServer/TinyGrepServer.csproj
#:property PublishAot=false

using System.Text;
using Dapper;
using TinyGrepServer;
using TinyGrepServer.Access;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;
using TinyGrepServer.Telemetry;

var settings = new Settings
{
    Server = new ServerSettings { Port = 0 },
    Storage = new StorageSettings { DataFolder = Directory.CreateTempSubdirectory("notes-").FullName },
    Access = new AccessSettings { OpenTokens = true },
    Log = new LogSettings { Level = Microsoft.Extensions.Logging.LogLevel.Warning },
};
await using var server = await TinyServer.StartAsync(settings, app => app.Add(new NotesSlice(app.Database)));
using var http = new HttpClient { BaseAddress = server.Url };

// As any client would: no token, no note; then with one.
Console.WriteLine($"Without a token: {(int)(await http.GetAsync("note")).StatusCode}");
var token = await (await http.PostAsync("api/token", new StringContent("""{"user":"ann"}"""))).Content.ReadAsStringAsync();
http.DefaultRequestHeaders.Add("Authorization", $"Bearer {token.Split('"')[3]}");
Console.WriteLine($"Kept: {(int)(await http.PutAsync("note", new StringContent("Water the plants."))).StatusCode}");
Console.WriteLine($"Read: {await http.GetStringAsync("note")}");

sealed class NotesSlice : ISlice
{
    readonly Database database;

    public NotesSlice(Database database)
    {
        this.database = database;
        database.Add(new Migration("notes", 1, "CREATE TABLE notes (author text PRIMARY KEY, body text NOT NULL)"));
    }

    public string Name => "notes";

    public IReadOnlyList<Route> Routes =>
    [
        new("PUT", "/note", PutAsync) { NeedsToken = true, Group = "Notes", Summary = "Keeps your note." },
        new("GET", "/note", GetAsync) { NeedsToken = true, Group = "Notes", Summary = "Your note." },
    ];

    async Task<Reply> PutAsync(Exchange exchange, CancellationToken stop)
    {
        var note = new { Author = exchange.User, Body = Encoding.UTF8.GetString((await exchange.Body.ReadAsync(stop)).Span) };
        const string Keep = "INSERT INTO notes VALUES (@Author, @Body) ON CONFLICT (author) DO UPDATE SET body = @Body";
        await database.WriteAsync(write => write.Connection!.ExecuteAsync(Keep, note, write), stop);
        return Reply.Empty(204);
    }

    async Task<Reply> GetAsync(Exchange exchange, CancellationToken stop)
    {
        const string Find = "SELECT body FROM notes WHERE author = @User";
        var body = await database.ReadAsync(read => read.QuerySingleOrDefaultAsync<string>(Find, new { exchange.User }), stop);
        return body is null ? throw ApiError.NotFound("You have no note yet; PUT one.") : Reply.Text(body);
    }
}
