// The composition root: the only file that knows which slices exist and how they are wired to each other.

using System.Diagnostics.Metrics;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;
using TinyGrepServer.Web;

namespace TinyGrepServer;

/// <summary>Takes routes from those who embed the server.</summary>
public sealed class AppBuilder
{
    readonly List<Route> routes = [];

    internal AppBuilder()
    {
    }

    internal IReadOnlyList<Route> Routes => routes;

    /// <summary>Adds a route.</summary>
    /// <param name="method">GET (which answers HEAD too), POST, PUT, PATCH, DELETE or QUERY.</param>
    /// <param name="pattern">The path; <c>{name}</c> stands for one segment.</param>
    /// <param name="handler">Who answers.</param>
    /// <param name="summary">One sentence for the instructions page.</param>
    public void Map(string method, string pattern, Handler handler, string summary = "") =>
        routes.Add(new Route(method, pattern, handler) { Summary = summary });
}

/// <summary>A server and all that it is made of.</summary>
internal sealed class App : IAsyncDisposable
{
    readonly Meter meter = new("TinyGrepServer");
    readonly ServerState state = new();
    readonly ILoggerFactory logs;
    readonly SearchSlice search;
    readonly PrometheusExporter prometheus;
    readonly HttpServer server;

    /// <exception cref="UsageError">A setting does not fit this machine.</exception>
    public App(Settings settings, ILoggerFactory logs, Action<AppBuilder>? configure = null)
    {
        this.logs = logs;
        prometheus = new PrometheusExporter(meter);
        ProcessMetrics.AddTo(meter);
        search = new SearchSlice(settings.Search, meter, logs.CreateLogger("Search"), TimeProvider.System);
        ISlice[] slices = [search, new WebSlice(PagesFrom(search))];
        var own = new AppBuilder();
        configure?.Invoke(own);

        var router = new Router([]);
        var health = new Health([.. slices.SelectMany(slice => slice.Checks)], () => state.Draining);
        router = new Router(
        [
            .. slices.SelectMany(slice => slice.Routes),
            .. own.Routes,
            .. health.Routes,
            prometheus.Route,
            .. new InstructionsPage(() => router.Routes).Routes,
        ]);
        var log = logs.CreateLogger("Server");
        var metrics = new RequestMetrics(meter, state);
        server = new HttpServer(settings.Server, state, options => Pipeline.Build(router, Pipeline.Order(router, state, options, metrics, log)), log);
    }

    /// <summary>The address the server listens on.</summary>
    public Uri Url => server.Url;

    /// <exception cref="UsageError">The address cannot be listened on.</exception>
    public void Start() => server.Start();

    /// <summary>Refuses new requests and waits for the running ones.</summary>
    /// <returns>False where running requests had to be cancelled.</returns>
    public Task<bool> DrainAsync() => server.DrainAsync();

    /// <summary>Closes the port, for a server inside another program.</summary>
    public Task CloseAsync() => server.CloseAsync();

    /// <summary>Asks once, without a server.</summary>
    public static async Task<int> SearchAsync(Invocation.Search asked, ILoggerFactory logs, Stream output, Action<string> complain)
    {
        using var meter = new Meter("TinyGrepServer");
        using var slice = new SearchSlice(asked.Settings.Search, meter, logs.CreateLogger("Search"), TimeProvider.System);
        return await SearchVerb.RunAsync(slice, asked.Request, asked.Json, output, complain, CancellationToken.None);
    }

    /// <summary>The pages ask as a client of the API would.</summary>
    static Sources PagesFrom(SearchSlice search) => new()
    {
        SearchAsync = (_, question, cancellationToken) => search.Full.AnswerAsync(SearchRequest.FromQuery(question).ToQuery(), ndjson: false, isKnown: null, cancellationToken),
        LinesAsync = async (_, name, window, cancellationToken) => Reply.Json(await search.Lines.ReadAsync(name, window, cancellationToken), SearchJson.Plain.LinesReply),
        Names = _ => search.Names,
    };

    public ValueTask DisposeAsync()
    {
        server.Dispose();
        search.Dispose();
        prometheus.Dispose();
        state.Dispose();
        meter.Dispose();
        logs.Dispose();
        return ValueTask.CompletedTask;
    }
}
