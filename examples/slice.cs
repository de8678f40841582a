// A slice of one's own, whole: dotnet run examples/slice.cs
// It keeps one note a user, behind tokens, in the server's database: a constructor that brings its table, a route table, handlers.

#:project ../TinyGrepServer/TinyGrepServer.csproj

using System.Text;
using TinyGrepServer;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

var settings = new Settings
{
    Server = new() { Port = 0 },
    Storage = new() { DataFolder = Directory.CreateTempSubdirectory("notes-").FullName },
    Access = new() { OpenTokens = true },
    Log = new() { Level = Microsoft.Extensions.Logging.LogLevel.Warning },
};
await using var server = await TinyServer.StartAsync(settings, app => app.Add(new NotesSlice(app.Database)));

using var http = new HttpClient { BaseAddress = server.Url }; // as any client: no token, no note; then with one
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
        const string Keep = "INSERT INTO notes VALUES (@Author, @Body) ON CONFLICT (author) DO UPDATE SET body = @Body";
        var body = Encoding.UTF8.GetString((await exchange.Body.ReadAsync(stop)).Span);
        await database.WriteAsync(write => write.RunAsync(Keep, ("Author", exchange.User), ("Body", body)), stop);
        return Reply.Empty(204);
    }

    async Task<Reply> GetAsync(Exchange exchange, CancellationToken stop)
    {
        const string Find = "SELECT body FROM notes WHERE author = @Author";
        var body = await database.ReadAsync(
            read => read.Prepared(Find, ("Author", exchange.User)).RowAsync(row => row.GetString(0), stop), stop);
        return Reply.Text(body ?? throw ApiError.NotFound("You have no note yet; PUT one."));
    }
}
