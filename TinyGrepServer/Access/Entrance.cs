// Admits a request as another route would, for what answers in that route's place: a page that shows what the API would return is
// guarded like the API. The route is looked up once, at start, so a pattern that no longer exists stops the start, not a request.

using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

/// <summary>Lets requests in as if they had asked for the route of this method and pattern.</summary>
internal sealed class Entrance(Guard guard, string method, string pattern)
{
    Route? route;

    /// <exception cref="InvalidOperationException">There is no such route.</exception>
    public void FindRoute(IEnumerable<Route> routes) =>
        route = routes.FirstOrDefault(one => one.Method == method && one.Pattern == pattern)
            ?? throw new InvalidOperationException($"There is no route {method} {pattern} to take the access rules from.");

    /// <exception cref="ApiError">401, 403, 429: the route is not for this client, or not now.</exception>
    public void Admit(Exchange exchange) =>
        guard.Admit(exchange, route ?? throw new InvalidOperationException($"The route {method} {pattern} has not been looked up."));
}
