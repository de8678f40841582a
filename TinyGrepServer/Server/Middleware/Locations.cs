// A handler or a store writes Location as a path of this server, without knowing about proxies. Here it becomes the URL that the client
// sees.

namespace TinyGrepServer.Server;

internal static class Locations
{
    public static Handler Complete(Handler next) => async (exchange, cancellationToken) =>
    {
        var reply = await next(exchange, cancellationToken);
        if (!reply.Headers.Any(IsOurPath) || exchange.Links.Root.Length == 0) return reply;
        return reply with
        {
            Headers = [.. reply.Headers.Select(field => IsOurPath(field) ? (field.Name, exchange.Links.To(field.Value)) : field)],
        };
    };

    /// <summary>Not so <c>//elsewhere.example/</c> and whole addresses.</summary>
    static bool IsOurPath((string Name, string Value) field) =>
        string.Equals(field.Name, "Location", StringComparison.OrdinalIgnoreCase) && field.Value is "/" or ['/', not '/', ..];
}
