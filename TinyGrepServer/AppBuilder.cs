// What a program that embeds the server adds: its own routes, slices, kinds of jobs and middleware.

using TinyGrepServer.Jobs;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer;

/// <summary>Takes routes and slices from a program that embeds the server.</summary>
public sealed class AppBuilder
{
    readonly List<MappedRoute> routes = [];
    readonly List<ISlice> slices = [];
    readonly List<JobKind> kinds = [];
    readonly List<Middleware> middleware = [];

    internal AppBuilder(Database database, ILogger log) => (Database, Log) = (database, log);

    /// <summary>The slices that were added, and what was mapped as one more.</summary>
    internal IEnumerable<ISlice> Slices => [.. slices, new MappedRoutes(routes)];

    internal IReadOnlyList<JobKind> Kinds => kinds;

    internal IReadOnlyList<Middleware> Middleware => middleware;

    /// <summary>The server's database, for slices that store something.</summary>
    public Database Database { get; }

    /// <summary>The server's log; <see cref="Notifications.Notify"/> notifies an operator.</summary>
    public ILogger Log { get; }

    /// <summary>Adds a slice.</summary>
    public void Add(ISlice slice) => slices.Add(slice);

    /// <summary>Adds a kind of job.</summary>
    public void Add(JobKind kind) => kinds.Add(kind);

    /// <summary>Adds a route; <c>app.Map(…).Protected()</c> puts it behind a token.</summary>
    /// <param name="method">GET (which answers HEAD too), POST, PUT, PATCH, DELETE or QUERY.</param>
    /// <param name="pattern">The path; <c>{name}</c> stands for one segment.</param>
    /// <param name="handler">Answers the requests.</param>
    /// <param name="summary">One sentence for the instructions page.</param>
    public MappedRoute Map(string method, string pattern, Handler handler, string summary = "")
    {
        var mapped = new MappedRoute(new Route(method, pattern, handler) { Summary = summary });
        routes.Add(mapped);
        return mapped;
    }

    /// <summary>
    /// Adds a middleware around every route. It runs last in the pipeline, just before the route's handler, those added first
    /// outermost: the route has been found (<see cref="Exchange.Route"/>; null where none fits, which is refused after it), the token
    /// has been checked (<see cref="Exchange.User"/>), the deadline runs. What was refused before, such as a foreign Host or a missing
    /// token, it does not see. It may change the reply, answer itself, or refuse with <see cref="ApiError"/>.
    /// </summary>
    public void Use(Middleware middleware) => this.middleware.Add(middleware);

    /// <summary>Routes without a slice; each decides for itself whether it needs a token.</summary>
    sealed class MappedRoutes(IReadOnlyList<MappedRoute> mapped) : ISlice
    {
        public string Name => "mapped";

        public IReadOnlyList<Route> Routes => [.. mapped.Select(one => one.Route)];

        public bool Protectable => false;
    }
}
