// Finds the route first, because the deadline, the drain and the metric labels depend on it.

namespace TinyGrepServer.Server;

internal static class Matching
{
    public static Middleware FindRoute(Router router) => next => (exchange, cancellationToken) =>
    {
        exchange.Match(router);
        return next(exchange, cancellationToken);
    };
}
