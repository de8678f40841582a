// Lets pages of other origins read our answers (the CORS protocol of the Fetch standard). Off unless --cors-origins is set. Credentials
// are never allowed: tokens go in Authorization, which a page has to set itself.

namespace TinyGrepServer.Server;

internal static class Cors
{
    const string MaxAge = "7200"; // seconds; what Chromium keeps at most

    const string RequestFields =
        "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, "
        + "Last-Event-ID, Range, X-Request-Id, traceparent, tracestate";

    const string ReplyFields =
        "Accept-Ranges, Age, Allow, Content-Range, Deprecation, ETag, Link, Location, RateLimit, RateLimit-Policy, Repr-Digest, "
        + "Retry-After, Server-Timing, Sunset, traceparent, WWW-Authenticate, X-Request-Id";

    /// <summary>Marks every reply, refusals too: with what the page may read of it, and for caches with what that depends on.</summary>
    public static Middleware Allow(ServerSettings options) => next => options.CorsOrigins.Count == 0 ? next : async (exchange, stop) =>
    {
        var reply = (await next(exchange, stop)).With("Vary", "Origin");
        if (AllowedOrigin(exchange, options) is not { } origin) return reply;
        return reply.With("Access-Control-Allow-Origin", origin).With("Access-Control-Expose-Headers", ReplyFields);
    };

    /// <summary>Answers the question that a browser asks before a request that a form could not have sent.</summary>
    public static Middleware AnswerPreflight(Router router, ServerSettings options) => next => (exchange, cancellationToken) =>
        exchange.Method == "OPTIONS" && exchange.Header("Access-Control-Request-Method") is not null
        && AllowedOrigin(exchange, options) is not null && router.AllowedAt(exchange) is { Length: > 0 } methods
            ? Task.FromResult(Reply.Empty(
                204,
                ("Allow", methods),
                ("Access-Control-Allow-Methods", methods),
                ("Access-Control-Allow-Headers", RequestFields),
                ("Access-Control-Max-Age", MaxAge)))
            : next(exchange, cancellationToken);

    /// <summary>Null where the request comes from no page, or from one that may not read.</summary>
    static string? AllowedOrigin(Exchange exchange, ServerSettings options)
    {
        if (options.CorsOrigins is ["*"]) return "*";
        return exchange.Header("Origin") is { } origin && Origin.IsListed(origin, options.CorsOrigins) ? origin : null;
    }
}
