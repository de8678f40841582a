// Refuses requests that are too large or malformed before any work is done for them.

namespace TinyGrepServer.Server;

internal static class Limits
{
    const int MaxUrl = 8 << 10;

    /// <summary>HttpListener's own limit, which a line that comes in a packet of its own escapes.</summary>
    const int MaxHeader = 32 << 10;

    /// <summary>2^62 and some: more digits would overflow, and HttpListener takes such a length for none.</summary>
    const int MaxDigits = 18;

    public static Middleware Refuse(ServerState state, ServerSettings options) => next => (exchange, cancellationToken) =>
    {
        if (WrongWith(exchange) is { } wrong)
        {
            exchange.WantsClose = true; // where the next request begins on this connection cannot be trusted
            throw ApiError.BadRequest(wrong);
        }
        if (state.Active.Count > options.MaxRequests && exchange.Route is not { ServedWhileDraining: true })
            throw ApiError.Unavailable($"More than {options.MaxRequests} requests are running.");
        if (exchange.RawUrl.Length > MaxUrl)
            throw new ApiError(414, $"The URL has {exchange.RawUrl.Length} bytes; at most {MaxUrl} are allowed.");
        return next(exchange, cancellationToken);
    };

    static string? WrongWith(Exchange exchange)
    {
        if (exchange.Malformed is { } malformed) return malformed;
        var length = exchange.Header("Content-Length");
        if (length is not null && exchange.Header("Transfer-Encoding") is not null)
            return "Content-Length and Transfer-Encoding exclude each other."; // RFC 9112, section 6.1
        if (length is not null && (length.Length > MaxDigits || !length.All(char.IsAsciiDigit)))
            return "The Content-Length is not a number of bytes.";
        return exchange.HeaderLength > MaxHeader ? $"The header has more than {MaxHeader} bytes." : null;
    }
}
