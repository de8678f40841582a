// Refuses requests by pages of other sites that would change something (CSRF). A browser lets any page send a plain POST anywhere, and
// only hides the answer from it; by then the message is stored. Browsers say where a request comes from: Sec-Fetch-Site decides where it
// is sent (https, and http on loopback), Origin elsewhere. Programs send neither and are let through.

namespace TinyGrepServer.Server;

internal static class Origins
{
    public static Middleware Refuse(ServerSettings options) => next => (exchange, cancellationToken) =>
        IsSafe(exchange.Method) || !IsForeign(exchange, options)
            ? next(exchange, cancellationToken)
            : throw new ApiError(403, "Pages of other sites may not send this request; see --cors-origins.");

    /// <summary>
    /// Methods that change nothing (RFC 9110 section 9.2.1). QUERY is one of them, and no page can send it to another site without a
    /// preflight, so its answer needs no more care than that of GET.
    /// </summary>
    static bool IsSafe(string method) => method is "GET" or "HEAD" or "OPTIONS" or "QUERY" or "TRACE";

    static bool IsForeign(Exchange exchange, ServerSettings options)
    {
        var origin = exchange.Header("Origin");
        if (origin is not null && Origin.IsListed(origin, options.CorsOrigins)) return false;
        return exchange.Header("Sec-Fetch-Site") switch
        {
            "cross-site" or "same-site" => true, // same-site: another port, or another name of the same domain
            "same-origin" or "none" => false,    // none: typed in, or a bookmark
            _ => origin is not null && !IsOurs(origin, exchange, options),
        };
    }

    /// <summary>The host as a trusted proxy names it; without one, as it stands in the request. Or the public address.</summary>
    static bool IsOurs(string origin, Exchange exchange, ServerSettings options)
    {
        if (Origin.Parse(origin) is not { } page) return false; // null, for one
        if (options.PublicUrl is { } url && Origin.Of(url) == page) return true;
        var host = exchange.Forwarded.Host ?? Authority.Parse(exchange.Header("Host") ?? "");
        return host is { } ours && page.IsAt(ours);
    }
}
