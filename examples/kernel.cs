// The kernel alone, without search: dotnet run examples/kernel.cs
// Two routes and one middleware on TinyGrepServer/Server; nothing of the program around it is started.

#:project ../TinyGrepServer/TinyGrepServer.csproj

using Microsoft.Extensions.Logging.Abstractions;
using TinyGrepServer.Server;

// A middleware wraps whatever answers: it may change the reply, or throw an ApiError to refuse.
static Handler Stamp(Handler next) => async (exchange, stop) => (await next(exchange, stop)).With("X-Kernel", "tiny");

await using var server = HttpServer.Create(
    new ServerSettings { Port = 0 },
    state =>
    [
        new("GET", "/hello/{name}", (exchange, _) => Task.FromResult(Reply.Text($"Hello, {exchange.RouteValue("name")}!"))),
        new("GET", "/ready", (_, _) => Task.FromResult(state.Draining ? Reply.Empty(503) : Reply.Text("ready"))),
    ],
    [Stamp],
    NullLogger.Instance);
server.Start();

using var http = new HttpClient { BaseAddress = server.Url };
using var greeting = await http.GetAsync("hello/reader");
Console.WriteLine($"{await greeting.Content.ReadAsStringAsync()} ({greeting.Headers.GetValues("X-Kernel").Single()})");
Console.WriteLine($"Before the stop: {await http.GetStringAsync("ready")}");
Console.WriteLine(await server.DrainAsync() ? "Stopped cleanly." : "Stopped by force.");
