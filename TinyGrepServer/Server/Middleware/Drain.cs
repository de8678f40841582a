// Once the server refuses, new requests are told to go elsewhere and their connection is closed.

namespace TinyGrepServer.Server;

internal static class Drain
{
    public static Middleware Refuse(ServerState state) => next => (exchange, cancellationToken) =>
    {
        if (state.Draining) exchange.WantsClose = true; // lets go of idle connections while running requests finish
        if (!exchange.IsLate || exchange.Route is { ServedWhileDraining: true }) return next(exchange, cancellationToken);
        throw ApiError.Unavailable("The server is shutting down.");
    };
}
