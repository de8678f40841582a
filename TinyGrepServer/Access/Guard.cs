// The middleware that lets a request through or refuses it: rate limit of its address, then the token where the route needs one, the
// permission to write, and the rate limit of its user.

using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

internal sealed class Guard(Tokens tokens, RateLimits limits)
{
    const string MayNotWrite = "Bearer realm=\"tinygrepserver\", error=\"insufficient_scope\", scope=\"read write\"";

    /// <summary>To be folded into the pipeline; a route carries the need for a token with it.</summary>
    public Handler Check(Handler next) => async (exchange, cancellationToken) =>
    {
        var fields = exchange.CountedAddress is { } address ? limits.TakeAddress(address) : [];
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
    /// <returns>Header fields that say how much of the user's rate limit is left.</returns>
    /// <exception cref="ApiError">401, 403, 429.</exception>
    public IReadOnlyList<(string, string)> Admit(Exchange exchange, Route route)
    {
        if (!route.NeedsToken) return [];
        var caller = tokens.Verify(exchange.Header("Authorization"));
        if (!caller.MayWrite && !route.OnlyReads)
            throw new ApiError(403, $"The user '{caller.Name}' may read but not change anything.", ("WWW-Authenticate", MayNotWrite));
        (exchange.User, exchange.IsAdmin) = (caller.Name, caller.IsAdmin);
        return limits.TakeUser(caller.Name);
    }

    /// <summary>Whether a request carries a token that may write, also where its route needs none.</summary>
    public bool MayWrite(Exchange exchange)
    {
        if (exchange.Header("Authorization") is not { } authorization) return false;
        try
        {
            return tokens.Verify(authorization).MayWrite;
        }
        catch (ApiError)
        {
            return false; // the route needs no token, so an invalid one counts as none
        }
    }

    /// <summary>The routes of all slices, with a token now required for those of the named slices or groups.</summary>
    /// <exception cref="UsageError">There is no such slice or group, or it cannot be protected.</exception>
    public static IReadOnlyList<Route> Protect(IReadOnlyList<ISlice> slices, IReadOnlyList<string> names)
    {
        var known = slices.Where(slice => slice.Protectable).SelectMany(NamesOf).ToHashSet();
        var unknown = names.FirstOrDefault(name => !known.Contains(name));
        if (unknown is not null)
            throw new UsageError($"--protect: there is no '{unknown}'; there are {string.Join(", ", known.Order())}.");
        return [.. slices.SelectMany(slice => slice.Routes.Select(route => Protect(slice, route, names)))];
    }

    static Route Protect(ISlice slice, Route route, IReadOnlyList<string> names)
    {
        var isNamed = names.Contains(slice.Name) || names.Contains(GroupOf(route));
        return isNamed && slice.Protectable ? route with { NeedsToken = true } : route;
    }

    static IEnumerable<string> NamesOf(ISlice slice) =>
        slice.Routes.Select(GroupOf).Where(group => group.Length > 0).Prepend(slice.Name);

    /// <summary>A group as <c>--protect</c> writes it: <c>Search, full</c> -> <c>search-full</c>.</summary>
    static string GroupOf(Route route) => route.Group.ToLowerInvariant().Replace(",", "", StringComparison.Ordinal).Replace(' ', '-');
}
