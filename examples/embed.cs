// A server inside a script: dotnet run examples/embed.cs
// It starts on a free port, gets a route of its own, is asked two things over HTTP as any client would, and stops.
// Where to go from here: TinyServer.cs has the three calls, Settings.cs everything a server can be told.

#:project ../TinyGrepServer/TinyGrepServer.csproj
#:property PublishAot=false

using System.Text.Json;
using TinyGrepServer;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

// Port 0 takes any free port, so that the script runs beside whatever else is running. Only warnings are logged.
var settings = new Settings
{
    Server = new ServerSettings { Port = 0 },
    Log = new LogSettings { Level = Microsoft.Extensions.Logging.LogLevel.Warning },
};

// A handler gets the request and returns a reply; {name} is one segment of the path, decoded.
await using var server = await TinyServer.StartAsync(settings, app =>
    app.Map("GET", "/hello/{name}", (exchange, _) => Task.FromResult(Reply.Text($"Hello, {exchange.RouteValue("name")}!"))));

using var http = new HttpClient();
Console.WriteLine($"{await http.GetStringAsync(new Uri(server.Url, "hello/reader"))} Ask me at {server.Url}");

// The same question in a browser: /api/v1/search?q=cache&limit=3
using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri(server.Url, "api/v1/search?q=cache&limit=3")));
foreach (var match in answer.RootElement.GetProperty("matches").EnumerateArray())
    Console.WriteLine($"{match.GetProperty("dictionary")}:{match.GetProperty("line")}: {match.GetProperty("text")}");

// Disposing stops, too; asking says whether every running request could finish.
Console.WriteLine(await server.StopAsync() ? "Stopped cleanly." : "Stopped by force.");
