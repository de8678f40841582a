// The kernel alone on a free port, with the routes and the log of a spec.

using TinyGrepServer.Server;

namespace TinyGrepServer.Tests;

internal static class Kernel
{
    public static HttpServer Start(CapturedLog log, params Route[] routes) => Start(log, [], routes);

    public static HttpServer Start(CapturedLog log, IReadOnlyList<Middleware> middleware, params Route[] routes)
    {
        var server = HttpServer.Create(new ServerSettings { Port = 0 }, _ => routes, middleware, log);
        server.Start();
        return server;
    }

    public static Route Get(string pattern, Reply reply) => new("GET", pattern, (_, _) => Task.FromResult(reply));
}
