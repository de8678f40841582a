// The middleware that lets a request through or not: rate limit of its address, token where the route needs one, right, rate
// limit of its user.

using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

internal sealed class Guard(Tokens tokens, RateLimits limits)
{
    /// <summary>To be folded into the pipeline; a route carries the need for a token with it.</summary>
    public Handler Check(Handler next) => async (exchange, cancellationToken) =>
    {
        var fields = limits.TakeAddress(exchange.RemoteAddress);
        if (exchange.Route is { NeedsToken: true } route) fields = [.. fields, .. Admit(exchange, route)];
        try
        {
            var reply = await next(exchange, cancellationToken);
            return fields.Count == 0 ? reply : reply with { Headers = [.. reply.Headers, .. fields] };
        }
        catch (ApiError refusal) when (fields.Count > 0)
        {
            throw new ApiError(refusal.Status, refusal.Message, [.. refusal.Headers, .. fields]);
        }
    };

    /// <summary>Lets a request use a route: its own, or another whose answer becomes part of its own.</summary>
    /// <returns>Header fields that say what is left of the user's share.</returns>
    /// <exception cref="ApiError">401, 403, 429.</exception>
    public IReadOnlyList<(string, string)> Admit(Exchange exchange, Route route)
    {
        if (!route.NeedsToken) return [];
        var caller = tokens.Verify(exchange.Header("Authorization"));
        if (!caller.MayWrite && !route.OnlyReads)
            throw new ApiError(403, $"The user '{caller.Name}' may read but not change anything.", ("WWW-Authenticate", "Bearer realm=\"tinygrepserver\", error=\"insufficient_scope\", scope=\"read write\""));
        exchange.User = caller.Name;
        return limits.TakeUser(caller.Name);
    }

    /// <summary>The routes of those slices or groups, now behind a token.</summary>
    /// <exception cref="UsageError">There is no such slice or group.</exception>
    public static IEnumerable<Route> Protect(IEnumerable<(string Slice, Route Route)> routes, IReadOnlyList<string> names)
    {
        var all = routes.ToList();
        var unknown = names.FirstOrDefault(name => !all.Exists(one => Is(one, name)));
        if (unknown is not null)
            throw new UsageError($"--protect: there is no '{unknown}'; there are {string.Join(", ", all.SelectMany(one => new[] { one.Slice, Name(one.Route) }).Distinct().Order())}.");
        return all.Select(one => names.Any(name => Is(one, name)) ? one.Route with { NeedsToken = true } : one.Route);
    }

    static bool Is((string Slice, Route Route) one, string name) => one.Slice == name || Name(one.Route) == name;

    static string Name(Route route) => route.Group.ToLowerInvariant().Replace(",", "", StringComparison.Ordinal).Replace(' ', '-');
}
