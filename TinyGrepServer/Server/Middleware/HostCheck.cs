// Refuses requests whose Host is not ours. A page on a foreign site can point a name of its own at this machine
// (DNS rebinding); the browser then lets it read our answers, unless we notice the name.

using System.Net;

namespace TinyGrepServer.Server;

internal static class HostCheck
{
    public static Middleware Refuse(ServerSettings options) => next => (exchange, cancellationToken) =>
    {
        var host = exchange.Host ?? "";
        var isUnnamed = exchange is { Host: null, IsHttp10: true }; // a browser always names one
        return isUnnamed || IsOurs(host, options)
            ? next(exchange, cancellationToken)
            : throw new ApiError(421, $"The host '{Printable.Excerpt(host, 100)}' is not served here; see --allowed-hosts.");
    };

    /// <summary>Loopback names, IP addresses, the allowed hosts and the public one. An IP address cannot be rebound.</summary>
    public static bool IsOurs(string host, ServerSettings options)
    {
        var name = WithoutPort(host);
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(name, out _)
            || options.AllowedHosts.Contains(name, StringComparer.OrdinalIgnoreCase)
            || string.Equals(options.PublicUrl?.Host, name, StringComparison.OrdinalIgnoreCase);
    }

    static string WithoutPort(string host)
    {
        var colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') ? host[..colon] : host; // [::1]:8080 has colons of its own
    }
}
