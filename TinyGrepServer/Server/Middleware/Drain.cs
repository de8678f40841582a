// While the server drains, each reply closes its connection; once it refuses, new requests are told to go elsewhere.

namespace TinyGrepServer.Server;

internal static class Drain
{
    public static Middleware Refuse(ServerState state) => next => (exchange, cancellationToken) =>
    {
        if (state.Draining) exchange.WantsClose = true; // lets go of idle connections while running requests finish
        if (exchange.IsLate && exchange.Route is not { ServedWhileDraining: true })
            throw ApiError.Unavailable("The server is shutting down.");
        return next(exchange, cancellationToken);
    };
}
