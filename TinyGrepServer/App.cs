// The composition root: the only file that knows which slices exist and how they are wired to each other.

using System.Diagnostics.Metrics;
using TinyGrepServer.Access;
using TinyGrepServer.Diagnostics;
using TinyGrepServer.Jobs;
using TinyGrepServer.Messages;
using TinyGrepServer.Movies;
using TinyGrepServer.Relay;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;
using TinyGrepServer.Telemetry;
using TinyGrepServer.Web;

namespace TinyGrepServer;

/// <summary>Takes routes and slices from those who embed the server.</summary>
public sealed class AppBuilder
{
    readonly List<Route> routes = [];
    readonly List<ISlice> slices = [];
    readonly List<JobKind> kinds = [];

    internal AppBuilder(Database database, ILogger log) => (Database, Log) = (database, log);

    internal IReadOnlyList<Route> Routes => routes;

    internal IReadOnlyList<ISlice> Slices => slices;

    internal IReadOnlyList<JobKind> Kinds => kinds;

    /// <summary>The server's database, for slices that keep something.</summary>
    public Database Database { get; }

    /// <summary>The server's log; <see cref="Notifications.Notify"/> sends what a person should hear about.</summary>
    public ILogger Log { get; }

    /// <summary>Adds a slice.</summary>
    public void Add(ISlice slice) => slices.Add(slice);

    /// <summary>Adds a kind of job.</summary>
    public void Add(JobKind kind) => kinds.Add(kind);

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
    readonly OtlpExport? export;
    readonly ILoggerFactory logs;
    readonly Database database;
    readonly SearchSlice search;
    readonly AccessSlice access;
    readonly JobsSlice jobs;
    readonly TimeSpan shutdownTimeout;
    readonly RelaySlice relay;
    readonly PrometheusExporter prometheus;
    readonly HttpServer server;

    /// <exception cref="UsageError">A setting does not fit this machine.</exception>
    public App(Settings settings, Action<AppBuilder>? configure = null)
    {
        settings.Check();
        export = OtlpExport.Start(settings.Log);
        logs = Logs.Create(settings.Log, export);
        prometheus = new PrometheusExporter(meter);
        ProcessMetrics.AddTo(meter);
        database = NewDatabase(settings, meter, logs);
        search = new SearchSlice(Closing(settings), meter, logs.CreateLogger("Search"), TimeProvider.System);
        access = new AccessSlice(settings.Access, NewKeys(settings, logs), new Accounts(database, TimeProvider.System), meter, TimeProvider.System);
        var messages = new MessageStore(database, logs.CreateLogger("Messages"), TimeProvider.System);
        relay = new RelaySlice(settings.Relay, meter, TimeProvider.System);
        var own = new AppBuilder(database, logs.CreateLogger("App"));
        configure?.Invoke(own);
        jobs = NewJobs(settings, search, relay, messages, own.Kinds, database, meter, logs);
        shutdownTimeout = settings.Server.ShutdownTimeout;
        var router = new Router([]);
        ISlice[] slices = [search, new MessagesSlice(messages), new MoviesSlice(new MovieStore(database)), relay, jobs, new WebSlice(Pages(() => router)), .. settings.Diagnostics ? [new DiagnosticsSlice()] : Array.Empty<ISlice>(), .. own.Slices];
        var health = new Health([.. slices.SelectMany(slice => slice.Checks), database.Check], () => state.Draining);
        router = new Router(
        [
            .. Guard.Protect(slices.SelectMany(slice => slice.Routes.Select(route => (slice.Name, route))), settings.Access.Protect),
            .. access.Routes,
            .. own.Routes,
            .. health.Routes,
            prometheus.Route,
            .. new InstructionsPage(() => router.Routes).Routes,
            new SchemaPage(() => router.Routes).Route,
        ]);
        var log = logs.CreateLogger("Server");
        var metrics = new RequestMetrics(meter, state);
        server = new HttpServer(settings.Server, state, options => Pipeline.Build(router, Pipeline.Order(router, state, options, metrics, Tracing.Trace, access.Guard.Check, log)), log);
    }

    /// <summary>The address the server listens on.</summary>
    public Uri Url => server.Url;

    /// <exception cref="UsageError">The address cannot be listened on.</exception>
    public void Start()
    {
        server.Start();
        jobs.Start();
    }

    /// <summary>Refuses new requests, waits for the running ones, hands running jobs back, and sends what was recorded of them.</summary>
    /// <returns>False where running requests had to be cancelled, or jobs could not be handed back.</returns>
    public async Task<bool> DrainAsync()
    {
        var handedBack = jobs.StopAsync(shutdownTimeout);
        var whole = await server.DrainAsync() & await handedBack;
        if (export is not null) await export.FlushAsync();
        return whole;
    }

    /// <summary>Closes the port, for a server inside another program.</summary>
    public Task CloseAsync() => server.CloseAsync();

    /// <summary>Asks once, without a server.</summary>
    public static async Task<int> SearchAsync(Invocation.Search asked, ILoggerFactory logs, Stream output, Action<string> complain)
    {
        using var meter = new Meter("TinyGrepServer");
        using var slice = new SearchSlice(Closing(asked.Settings), meter, logs.CreateLogger("Search"), TimeProvider.System);
        return await SearchVerb.RunAsync(slice, asked.Request, asked.Json, output, complain, CancellationToken.None);
    }

    /// <summary>Changes accounts or keys, without a server.</summary>
    public static async Task<int> AdministerAsync(Invocation.Administer asked, ILoggerFactory logs, Action<string> print, Action<string> complain)
    {
        using var meter = new Meter("TinyGrepServer");
        await using var database = NewDatabase(asked.Settings, meter, logs);
        var verbs = new AccountVerbs(new Accounts(database, TimeProvider.System), NewKeys(asked.Settings, logs), print);
        return await ExitCodeAsync(() => verbs.RunAsync(asked.Action, CancellationToken.None), complain);
    }

    /// <summary>Loads the films that come with the program.</summary>
    public static async Task<int> SeedAsync(Invocation.SeedMovies asked, ILoggerFactory logs, Action<string> print, Action<string> complain)
    {
        using var meter = new Meter("TinyGrepServer");
        await using var database = NewDatabase(asked.Settings, meter, logs);
        return await ExitCodeAsync(() => SeedVerb.RunAsync(new MovieStore(database), print, CancellationToken.None), complain);
    }

    static Database NewDatabase(Settings settings, Meter meter, ILoggerFactory logs) =>
        new(settings.Storage, meter, logs.CreateLogger("Storage"), TimeProvider.System);

    /// <summary>What jobs can do comes from the slices that can do it; what comes of it is kept as a message.</summary>
    static JobsSlice NewJobs(Settings settings, SearchSlice search, RelaySlice relay, MessageStore messages, IEnumerable<JobKind> own, Database database, Meter meter, ILoggerFactory logs) => new(
        settings.Jobs with { Diagnostics = settings.Diagnostics },
        [
            new JobKind("search", SearchWork.Check, async (run, stop) => await search.Work.AnswerAsync(run.Input, stop)),
            .. settings.Relay.Upstreams.Count > 0 ? [new JobKind("relay", relay.Work.Check, async (run, stop) => await relay.Work.AnswerAsync(run.Input, run.Id, stop))] : Array.Empty<JobKind>(),
            .. own,
        ],
        async (result, stop) => Convert.ToHexStringLower((await messages.SaveAsync(result, stop)).Digest),
        database, meter, logs.CreateLogger("Jobs"), TimeProvider.System);

    /// <summary>Nobody may search what the server keeps, wherever the folders lie.</summary>
    static SearchSettings Closing(Settings settings) => settings.Search with { Closed = [settings.Storage.DataFolder, .. settings.Storage.Files, KeyFile(settings)] };

    static string KeyFile(Settings settings) => settings.Access.KeyFile ?? Path.Join(settings.Storage.DataFolder, "keys.json");

    static SigningKeys NewKeys(Settings settings, ILoggerFactory logs) =>
        new(KeyFile(settings), settings.Access.TokenLifetime, logs.CreateLogger("Access"), TimeProvider.System);

    static async Task<int> ExitCodeAsync(Func<Task> verb, Action<string> complain)
    {
        try
        {
            await verb();
            return 0;
        }
        catch (ApiError refused)
        {
            complain(refused.Message);
            return 1;
        }
    }

    /// <summary>The pages ask as a client of the API would, and are let in as one.</summary>
    Sources Pages(Func<Router> router)
    {
        void Admit(Exchange exchange, string pattern) => access.Guard.Admit(exchange, router().Routes.First(route => route.Pattern == pattern));
        return new Sources
        {
            SearchAsync = (exchange, question, cancellationToken) =>
            {
                Admit(exchange, "/api/v1/search");
                return search.Full.AnswerAsync(SearchRequest.FromQuery(question).ToQuery(), ndjson: false, isKnown: null, cancellationToken);
            },
            LinesAsync = async (exchange, name, window, cancellationToken) =>
            {
                Admit(exchange, "/api/v1/lines/{*name}");
                return Reply.Json(await search.Lines.ReadAsync(name, window, cancellationToken), SearchJson.Plain.LinesReply);
            },
            Names = exchange =>
            {
                Admit(exchange, "/api/v1/dictionaries");
                return search.Names;
            },
        };
    }

    public async ValueTask DisposeAsync()
    {
        server.Dispose();
        await jobs.DisposeAsync();
        search.Dispose();
        relay.Dispose();
        access.Dispose();
        await database.DisposeAsync();
        prometheus.Dispose();
        state.Dispose();
        meter.Dispose();
        export?.Dispose();
        logs.Dispose();
    }
}
