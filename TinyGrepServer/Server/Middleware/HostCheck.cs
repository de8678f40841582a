// Refuses requests whose Host is not ours. A page on a foreign site can point a name of its own at this machine
// (DNS rebinding); the browser then lets it read our answers, unless the name is checked.

namespace TinyGrepServer.Server;

internal static class HostCheck
{
    public static Middleware Refuse(ServerSettings options) => next => (exchange, cancellationToken) =>
    {
        if (exchange.Host is not { } host)
        {
            return exchange.IsHttp10 // it has no such field (RFC 9112 section 3.2), and no browser speaks it
                ? next(exchange, cancellationToken)
                : throw ApiError.BadRequest("The header field Host is missing.");
        }
        var named = Authority.Parse(host)
            ?? throw ApiError.BadRequest("The header field Host must be one name or address, optionally with a port of up to 5 digits.");
        return IsOurs(named, options)
            ? next(exchange, cancellationToken)
            : throw new ApiError(421, $"The host '{Printable.Excerpt(host, 100)}' is not served here; see --allowed-hosts.");
    };

    public static bool IsOurs(string host, ServerSettings options) => Authority.Parse(host) is { } named && IsOurs(named, options);

    /// <summary>Loopback names, IP addresses, the allowed hosts and the public one. An IP address cannot be rebound.</summary>
    public static bool IsOurs(Authority host, ServerSettings options) =>
        host.Name == "localhost"
        || host.Address is not null
        || options.AllowedHosts.Contains(host.Name, StringComparer.OrdinalIgnoreCase)
        || (options.PublicUrl is { } url && Authority.Of(url).Name == host.Name);
}
