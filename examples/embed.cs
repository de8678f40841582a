// A server inside a script: dotnet run examples/embed.cs
// It starts on a free port, gets a route of its own, is asked over HTTP and in process, and stops.
// Where to go from here: TinyServer.cs has the calls, Settings.cs everything a server can be told.

#:project ../TinyGrepServer/TinyGrepServer.csproj

using TinyGrepServer;
using TinyGrepServer.Search;
using TinyGrepServer.Server;

// Port 0 takes any free port, so that the script runs beside whatever else is running. Only warnings are logged.
var settings = new Settings
{
    Server = new() { Port = 0 },
    Log = new() { Level = Microsoft.Extensions.Logging.LogLevel.Warning },
};

// A handler gets the request and returns a reply; {name} is one segment of the path, decoded.
await using var server = await TinyServer.StartAsync(settings, app =>
    app.Map("GET", "/hello/{name}", (exchange, _) => Task.FromResult(Reply.Text($"Hello, {exchange.RouteValue("name")}!"))));

using var http = new HttpClient();
Console.WriteLine($"{await http.GetStringAsync(new Uri(server.Url, "hello/reader"))} Ask me at {server.Url}");

// The same question in a browser: /api/v1/search?q=cache&limit=3
var answer = await server.SearchAsync(new SearchRequest { Term = "cache", Limit = 3 });
foreach (var match in answer.Matches) Console.WriteLine($"{match.Dictionary}:{match.Line}: {match.Text}");

// Disposing stops, too; asking says whether every running request could finish.
Console.WriteLine(await server.StopAsync() ? "Stopped cleanly." : "Stopped by force.");
