// What is refused for its size or its shape before any work is done for it.

namespace TinyGrepServer.Server;

internal static class Limits
{
    const int MaxUrl = 8 << 10;

    public static Middleware Refuse(ServerState state, ServerSettings options) => next => (exchange, cancellationToken) =>
    {
        if (state.Active.Count > options.MaxRequests && exchange.Route is not { ServedWhileDraining: true })
            throw ApiError.Unavailable($"More than {options.MaxRequests} requests are running.");
        if (exchange.RawUrl.Length > MaxUrl)
            throw new ApiError(414, $"The URL has {exchange.RawUrl.Length} bytes; at most {MaxUrl} are taken.");
        if (exchange.Header("Transfer-Encoding") is not null && exchange.Header("Content-Length") is not null)
        {
            exchange.WantsClose = true; // two lengths: what follows on this connection cannot be trusted (RFC 9112 section 6.1)
            throw ApiError.BadRequest("Content-Length and Transfer-Encoding exclude each other.");
        }
        return next(exchange, cancellationToken);
    };
}
