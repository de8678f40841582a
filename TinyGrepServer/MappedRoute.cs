// A route as a script maps it: what else it needs is added by chained calls.

using TinyGrepServer.Server;

namespace TinyGrepServer;

/// <summary>A route that has been mapped and may be told more about; until the server starts.</summary>
public sealed class MappedRoute
{
    internal MappedRoute(Route route) => Route = route;

    internal Route Route { get; private set; }

    /// <summary>
    /// Answers only those with a token (<c>POST /api/token</c> gives them); <see cref="Exchange.User"/> is who it is. Without one: 401.
    /// </summary>
    public MappedRoute Protected() => With(route => route with { NeedsToken = true });

    /// <summary>Changes what is said of the route: its parameters, the types of its bodies, its deadline.</summary>
    public MappedRoute With(Func<Route, Route> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Route = change(Route);
        return this;
    }
}
