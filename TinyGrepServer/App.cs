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

/// <summary>A server and all that it is made of.</summary>
internal sealed class App : IAsyncDisposable
{
    /// <summary>What stands before the version in paths: <c>/api/v1/search</c>.</summary>
    const string VersionPrefix = "/api/v";

    /// <summary>Requests that <c>/internal/walk</c> shows.</summary>
    const int WalkedRequests = 200;

    readonly DisposalStack owned;
    readonly TimeSpan shutdownTimeout;
#pragma warning disable CA2213 // They are owned, and disposed there.
    readonly OtlpExport? export;
    readonly ILoggerFactory logs;
    readonly JobsSlice? jobs;
    readonly SearchSlice? search;
    readonly HttpServer server;
#pragma warning restore CA2213

    /// <param name="owned">Gets all that must be disposed with the app, also where this constructor throws.</param>
    App(Settings settings, Action<AppBuilder>? configure, DisposalStack owned)
    {
        settings.Check();
        this.owned = owned;
        shutdownTimeout = settings.Server.ShutdownTimeout;
        export = owned.Add(OtlpExport.Start(settings.Log));
        logs = owned.Add(Logs.Create(settings.Log, export));
        var ground = Ground.Lay(settings, logs, owned);
        var (meter, time) = (ground.Meter, ground.Time);
        search = settings.Serves(Services.Search)
            ? owned.Add(new SearchSlice(Closing(settings), meter, logs.CreateLogger("Search"), time))
            : null;
        var messages = new MessageStore(settings.Messages, ground.Database, meter, logs.CreateLogger("Messages"), time);
        var keepsMessages = settings.Serves(Services.Messages);
        var relay = owned.Add(new RelaySlice(settings.Relay, meter, time));
        var own = new AppBuilder(ground.Database, logs.CreateLogger("App"));
        configure?.Invoke(own);
        jobs = settings.Serves(Services.Jobs) ? owned.Add(NewJobs(settings, search, relay, messages, own.Kinds, ground, logs)) : null;
        var pages = settings.Serves(Services.Web) ? new Pages(search!.InProcess, ground.Access.Guard) : null;
        var walk = settings.Diagnostics ? new LastRequests(WalkedRequests) : null;
        ISlice[] slices =
        [
            .. Those(
                search,
                keepsMessages ? new MessagesSlice(messages, ground.Access.Guard.MayWrite) : null,
                settings.Serves(Services.Movies) ? new MoviesSlice(new MovieStore(ground.Database)) : null,
                settings.Serves(Services.Relay) ? relay : null,
                jobs,
                pages is null ? null : new WebSlice(pages.Sources),
                walk is null ? null : new DiagnosticsSlice(new WalkPage(walk, () => server!.State.Routes, IsProtected(settings, own)))),
            ground.Access,
            .. own.Slices,
        ];
        (server, Health) = NewServer(settings, ground, slices, own.Middleware, pages, walk, logs);
        owned.Add(server);
        Search = search is null ? null : new LocalSearch(server.State, search.InProcess);
        Messages = new LocalMessages(server.State, keepsMessages ? messages : null);
        Jobs = new LocalJobs(server.State, jobs?.Actions, time);
    }

    /// <summary>The address the server listens on.</summary>
    public Uri Url => server.Url;

    /// <summary>What the probes ask, for a call in process.</summary>
    public Health Health { get; }

    /// <summary>The search for calls in process; null: it is not served.</summary>
    public LocalSearch? Search { get; }

    /// <summary>The messages for calls in process.</summary>
    public LocalMessages Messages { get; }

    /// <summary>The jobs for calls in process.</summary>
    public LocalJobs Jobs { get; }

    /// <summary>Puts a server together; where that fails, nothing of it is left.</summary>
    /// <exception cref="UsageError">A setting does not fit this machine.</exception>
    public static async Task<App> CreateAsync(Settings settings, Action<AppBuilder>? configure = null)
    {
        var owned = new DisposalStack();
        try
        {
            return new App(settings, configure, owned);
        }
        catch
        {
            await owned.AbandonAsync();
            throw;
        }
    }

    /// <summary>Opens the port and begins to run jobs; where that fails, the app has been disposed.</summary>
    /// <param name="ready">What must have been done before somebody is let in.</param>
    /// <exception cref="UsageError">The address cannot be listened on.</exception>
    public async Task StartAsync(Task ready)
    {
        try
        {
            await ready;
            server.Start();
            jobs?.Start();
        }
        catch
        {
            await owned.AbandonAsync();
            throw;
        }
    }

    /// <summary>Refuses new requests, waits for the running ones, hands running jobs back, and tells what was recorded of them.</summary>
    /// <returns>False where running requests had to be cancelled, or jobs could not be handed back.</returns>
    public async Task<bool> DrainAsync()
    {
        search?.StopFollows();
        var handedBack = jobs?.StopAsync(shutdownTimeout) ?? Task.FromResult(true);
        var whole = await server.DrainAsync() & await handedBack;
        if (export is not null)
        {
            await export.FlushAsync();
            export.Dispose(); // or the logs' end would wait for the collector
        }
        logs.Dispose(); // its thread has written all by then; the end of the process would not wait for it
        return whole;
    }

    /// <summary>Closes the port, for a server inside another program.</summary>
    public Task CloseAsync() => server.CloseAsync();

    /// <summary>The database of these settings; it is opened by the first who needs it.</summary>
    internal static Database NewDatabase(Settings settings, Meter meter, ILoggerFactory logs) =>
        new(settings.Storage, meter, logs.CreateLogger("Storage"), TimeProvider.System);

    /// <summary>The server over all routes, and what its probes ask.</summary>
    static (HttpServer Server, Health Health) NewServer(
        Settings settings, Ground ground, IReadOnlyList<ISlice> slices, IEnumerable<Middleware> own, Pages? pages, LastRequests? walk,
        ILoggerFactory logs)
    {
        IReadOnlyList<HealthCheck> checks = [.. slices.SelectMany(slice => slice.Checks), ground.Database.Check];
        Health? health = null;
        var server = HttpServer.Create(
            WithPaths(settings.Server),
            state =>
            {
                health = new Health(checks, state);
                var telemetry = new TelemetrySlice(ground.Prometheus, state, health);
                var routes = Guard.Protect([.. slices, telemetry], settings.Access.Protect);
                return pages?.FindRoutes(routes) ?? routes;
            },
            [ground.Access.Guard.Check, .. own],
            logs.CreateLogger("Server"),
            walk is null ? Tracing.Trace : next => Tracing.Trace(walk.Watch(next)),
            ground.Meter,
            ground.Time);
        return (server, health!);
    }

    /// <summary>The kernel knows no path of ours.</summary>
    static ServerSettings WithPaths(ServerSettings settings) => settings with
    {
        InstructionsPath = settings.InstructionsPath ?? InstructionsPage.Path,
        VersionPrefix = settings.VersionPrefix ?? VersionPrefix,
    };

    /// <summary>What jobs can do comes from the slices that can do it; what comes of it is kept as a message.</summary>
    static JobsSlice NewJobs(
        Settings settings, SearchSlice? search, RelaySlice relay, MessageStore messages, IEnumerable<JobKind> own,
        Ground ground, ILoggerFactory logs)
    {
        List<JobKind> kinds = [];
        if (search is not null)
        {
            var work = new SearchWork(search.InProcess);
            kinds.Add(new JobKind("search", SearchWork.Check, async (run, stop) => await work.AnswerAsync(run.Input, stop)));
        }
        if (settings.Serves(Services.Relay) && settings.Relay.Upstreams.Count > 0)
            kinds.Add(new JobKind("relay", relay.Work.Check, async (run, stop) => await relay.Work.AnswerAsync(run.Input, run.Id, stop)));
        kinds.AddRange(own);
        return new JobsSlice(
            settings.Jobs with { Diagnostics = settings.Diagnostics },
            kinds,
            async (result, stop) => Convert.ToHexStringLower((await messages.SaveAsync(result, bounded: false, stop)).Digest),
            ground.Database, ground.Meter, logs.CreateLogger("Jobs"), ground.Time);
    }

    /// <summary>Whether anything that is open by itself has been put behind a token: then what tells of all requests is, too.</summary>
    static bool IsProtected(Settings settings, AppBuilder own) =>
        settings.Access.Protect.Count > 0 || own.Slices.Any(slice => slice.Routes.Any(route => route.NeedsToken));

    static IEnumerable<ISlice> Those(params IEnumerable<ISlice?> slices) => slices.OfType<ISlice>();

    /// <summary>Nobody may search what the server keeps, wherever the folders lie.</summary>
    internal static SearchSettings Closing(Settings settings) =>
        settings.Search with
        {
            Closed = [settings.Storage.DataFolder, .. settings.Storage.Files, KeyFile(settings), FileLock.PathOf(KeyFile(settings))],
        };

    static string KeyFile(Settings settings) => settings.Access.KeyFile ?? Path.Join(settings.Storage.DataFolder, "keys.json");

    /// <summary>The keys that sign tokens.</summary>
    internal static SigningKeys NewKeys(Settings settings, ILoggerFactory logs) =>
        new(KeyFile(settings), settings.Access.TokenLifetime, logs.CreateLogger("Access"), TimeProvider.System);

    public ValueTask DisposeAsync() => owned.DisposeAsync();

    /// <summary>What all slices stand on.</summary>
    sealed record Ground(TimeProvider Time, Meter Meter, PrometheusExporter Prometheus, Database Database, AccessSlice Access)
    {
        public static Ground Lay(Settings settings, ILoggerFactory logs, DisposalStack owned)
        {
            var time = TimeProvider.System;
            var meter = owned.Add(new Meter("TinyGrepServer"));
            var prometheus = owned.Add(new PrometheusExporter(meter));
            ProcessMetrics.AddTo(meter);
            var database = owned.Add(NewDatabase(settings, meter, logs));
            var accounts = new Accounts(database, time);
            return new Ground(
                time, meter, prometheus, database,
                owned.Add(new AccessSlice(settings.Access, NewKeys(settings, logs), accounts, meter, time)));
        }
    }

    /// <summary>Asks for the pages, with the right and in the line of whoever looks at them.</summary>
    sealed class Pages
    {
        readonly Entrance found;
        readonly Entrance lines;
        readonly Entrance list;

        public Pages(InProcess search, Guard guard)
        {
            found = new Entrance(guard, "GET", "/api/v1/search");
            lines = new Entrance(guard, "GET", "/api/v1/lines/{*name}");
            list = new Entrance(guard, "GET", "/api/v1/dictionaries");
            Sources = new Sources
            {
                RequestTimeout = search.RequestTimeout,
                SearchAsync = (exchange, question, cancellationToken) =>
                {
                    found.Admit(exchange);
                    return search.AskAsync(SearchRequest.FromQuery(question).ToQuery(), $"{exchange.CountedAddress}", cancellationToken);
                },
                LinesAsync = async (exchange, name, window, cancellationToken) =>
                {
                    lines.Admit(exchange);
                    var asker = $"{exchange.CountedAddress}";
                    return Reply.Json(await search.LinesAsync(name, window, asker, cancellationToken), SearchJson.Plain.LinesReply);
                },
                ListAsync = async (exchange, query, cancellationToken) =>
                {
                    list.Admit(exchange);
                    return Reply.Json(await search.ListAsync(query, cancellationToken), SearchJson.Plain.DictionaryList);
                },
            };
        }

        public Sources Sources { get; }

        /// <summary>The same routes, once each entrance has found its own among them.</summary>
        /// <exception cref="InvalidOperationException">One is not there.</exception>
        public IReadOnlyList<Route> FindRoutes(IReadOnlyList<Route> routes)
        {
            foreach (var entrance in (Entrance[])[found, lines, list]) entrance.FindRoute(routes);
            return routes;
        }
    }
}
