// A route as a script maps it: what else it needs is added by chained calls.

using TinyGrepServer.Server;

namespace TinyGrepServer;

/// <summary>A mapped route, which can be changed until the server starts.</summary>
public sealed class MappedRoute
{
    internal MappedRoute(Route route) => Route = route;

    internal Route Route { get; private set; }

    /// <summary>
    /// Requires a token (from <c>POST /api/token</c>); <see cref="Exchange.User"/> is its user. Without one: 401.
    /// </summary>
    public MappedRoute Protected() => With(route => route with { NeedsToken = true });

    /// <summary>Changes the description of the route: its parameters, the types of its bodies, its deadline.</summary>
    public MappedRoute With(Func<Route, Route> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Route = change(Route);
        return this;
    }
}
