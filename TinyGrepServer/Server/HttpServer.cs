// The accept loop and the stop. Each context gets a task of its own; a counter knows how many are running; the stop waits
// for the counter. HttpListener.Stop, Close and Abort answer every open connection with an invented 200 OK, so they are
// kept away from live connections: a program lets its exit close the sockets, an embedded server closes when it is idle.

using System.Diagnostics.Metrics;
using System.Net;

namespace TinyGrepServer.Server;

/// <summary>
/// Serves a route table over HTTP.
/// <code>
/// await using var server = HttpServer.Create(new ServerSettings { Port = 0 }, state => [new("GET", "/", …)], [], log);
/// server.Start();
/// </code>
/// </summary>
public sealed partial class HttpServer : IAsyncDisposable, IDisposable
{
    static readonly TimeSpan ForcedTimeout = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LateTimeout = TimeSpan.FromSeconds(1);
    static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    readonly Lock gate = new();
    readonly CancellationTokenSource closing = new();
    readonly CancellationTokenSource forcing = new();
    readonly CancellationToken closed;
    readonly ServerState state;
    readonly ServerSettings options;
    readonly Func<ServerSettings, Handler> pipeline;
    readonly ILogger log;
    readonly TimeProvider time;
    readonly Meter? ownMeter;
    readonly BodyBudget budget;
    readonly Leavers leavers;
    readonly Sweep sweep;

    HttpListener? listener;
    ReplyWriter writer;
    Handler answer = (_, _) => throw new InvalidOperationException("The server has not been started.");
    Task<bool>? drained;

    HttpServer(
        ServerSettings options, Func<ServerState, IEnumerable<Route>> routes, IReadOnlyList<Middleware> middleware, ILogger log,
        Middleware? tracing, Meter? meter, TimeProvider time)
    {
        this.options = options;
        this.log = log;
        this.time = time;
        closed = closing.Token;
        state = new ServerState(forcing.Token);
        writer = new ReplyWriter(options, time);
        var router = new Router(routes(state), options.VersionPrefix);
        state.Routes = router.Routes;
        meter ??= ownMeter = new Meter("TinyGrepServer.Server");
        budget = new BodyBudget(meter);
        leavers = new Leavers(time);
        sweep = new Sweep(options, leavers, meter, log, time);
        var metrics = new RequestMetrics(meter, state);
        pipeline = bound => Pipeline.Build(router, Pipeline.Order(router, state, bound, metrics, tracing, middleware, log));
    }

    /// <summary>The address the server listens on, with a trailing slash; of use once it has been started.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Where the server is in its life.</summary>
    internal ServerState State => state;

    /// <summary>The accept loop; ends when the server is closed.</summary>
    internal Task Accepting { get; private set; } = Task.CompletedTask;

    /// <summary>The look at the connections that repeats until the server is closed.</summary>
    internal Task Sweeping { get; private set; } = Task.CompletedTask;

    /// <summary>Puts a server together; it does not listen yet.</summary>
    /// <param name="settings">Where to listen and how much to take on.</param>
    /// <param name="routes">
    /// Makes the route table, once. It is given the server's state, for routes that tell whether the server drains or list its routes.
    /// </param>
    /// <param name="middleware">
    /// The caller's own middleware, outermost first. It runs last in the pipeline: the route has been found, refusals for Host, size and
    /// a stop are behind it, the deadline runs; a request that matches no route passes through it too, and is refused after it.
    /// </param>
    /// <param name="log">Gets a line a request, and what went wrong.</param>
    /// <param name="tracing">
    /// The one middleware that stands outside: it sees refused requests, too, and the activity it starts is current until the reply
    /// is written. It must not be asynchronous.
    /// </param>
    /// <param name="meter">
    /// Gets the instruments <c>http.server.request.duration</c> (seconds) and <c>http.server.active_requests</c>; it is not disposed.
    /// Null: the server makes one, <c>TinyGrepServer.Server</c>.
    /// </param>
    /// <param name="time">The clock of every timeout; null: the system's.</param>
    /// <exception cref="ArgumentException">A route is malformed, or two answer the same requests.</exception>
    public static HttpServer Create(
        ServerSettings settings,
        Func<ServerState, IEnumerable<Route>> routes,
        IReadOnlyList<Middleware> middleware,
        ILogger log,
        Middleware? tracing = null,
        Meter? meter = null,
        TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(middleware);
        ArgumentNullException.ThrowIfNull(log);
        return new HttpServer(settings, routes, middleware, log, tracing, meter, time ?? TimeProvider.System);
    }

    /// <summary>Opens the port and begins to accept; to be called once.</summary>
    /// <exception cref="UsageError">The port is taken or the address is not one of this machine.</exception>
    /// <exception cref="InvalidOperationException">The server has been started or disposed already.</exception>
    public void Start()
    {
        if (listener is not null || closed.IsCancellationRequested) throw new InvalidOperationException("A server is started once.");
        (listener, var port) = Listening.Open(options);
        Url = new Uri($"http://{(options.IsEveryAddress ? "127.0.0.1" : options.Host)}:{port}/");
        var bound = options with { Port = port };
        writer = new ReplyWriter(bound, time);
        answer = pipeline(bound);
        Accepting = AcceptAsync(listener, bound);
        Sweeping = sweep.RunAsync(listener, closed);
    }

    /// <summary>
    /// Refuses new requests, waits for the running ones up to <see cref="ServerSettings.ShutdownTimeout"/>, then cancels them.
    /// The port stays open: new requests get 503. A second call returns the same stop.
    /// </summary>
    /// <returns>True where every request that was not refused finished by itself.</returns>
    public Task<bool> DrainAsync()
    {
        lock (gate) return drained ??= DrainOnceAsync();
    }

    /// <summary>
    /// Closes the port, for a server inside another program; to be called after <see cref="DrainAsync"/>, as a request that is still
    /// running would get an invented answer. Connections still open are given two seconds.
    /// </summary>
    public async Task CloseAsync()
    {
        if (closed.IsCancellationRequested) return;
        await closing.CancelAsync();
        if (listener is null) return;
        listener.Prefixes.Clear();
        var close = Task.Run(listener.Close);
        await Task.WhenAny(close, Task.Delay(ForcedTimeout, time));
    }

    /// <summary>Drains, closes the port and frees what the server holds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (listener is not null && !closed.IsCancellationRequested) await DrainAsync();
        await CloseAsync();
        Dispose();
    }

    /// <summary>Closes the port at once, even if clients wait for an answer; <see cref="DisposeAsync"/> is the graceful way.</summary>
    public void Dispose()
    {
        if (!closed.IsCancellationRequested) closing.Cancel();
        (listener as IDisposable)?.Dispose();
        closing.Dispose();
        forcing.Dispose();
        ownMeter?.Dispose();
    }

    async Task<bool> DrainOnceAsync()
    {
        state.Drain();
        if (options.DrainDelay > TimeSpan.Zero) await Task.Delay(options.DrainDelay, time);
        state.Refuse();
        var isWhole = await AreIdleWithinAsync(options.ShutdownTimeout, state.Active, state.LocalCalls);
        if (isWhole && await AreIdleWithinAsync(LateTimeout, state.Late)) return true;
        if (!isWhole) LogForced(log, state.Active.Count + state.LocalCalls.Count, options.ShutdownTimeout.TotalSeconds);
        await forcing.CancelAsync();
        await AreIdleWithinAsync(ForcedTimeout, state.Active, state.LocalCalls, state.Late);
        return isWhole;
    }

    async Task<bool> AreIdleWithinAsync(TimeSpan limit, params ActiveRequests[] counted)
    {
        try
        {
            await Task.WhenAll(counted.Select(requests => requests.WhenIdleAsync(limit, time, CancellationToken.None)));
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    async Task AcceptAsync(HttpListener from, ServerSettings bound)
    {
        while (!closed.IsCancellationRequested)
        {
            try
            {
                var context = await from.GetContextAsync();
                var counted = state.Enter();
                _ = Task.Run(() => ServeAsync(context, bound, counted)); // owned by the counter
            }
#pragma warning disable CA1031 // The accept loop's catch-all: only a stop ends it.
            catch (Exception failed)
#pragma warning restore CA1031
            {
                if (closed.IsCancellationRequested) return;
                LogAccept(log, failed);
                await PauseAsync();
            }
        }
    }

    /// <summary>What keeps one request from being accepted often keeps the next, and a loop without a pause would spin a core.</summary>
    async Task PauseAsync() => await Task.Delay(AcceptPause, time, closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <param name="counted">Where it is counted: among the late ones it is refused; one that came before is answered.</param>
    async Task ServeAsync(HttpListenerContext context, ServerSettings bound, ActiveRequests counted)
    {
        Exchange? exchange = null;
        try
        {
            exchange = Receive(context, bound, isLate: counted == state.Late);
            if (exchange is not null) await AnswerAsync(context, exchange);
        }
        catch (OperationCanceledException) when (state.ForcedStop.IsCancellationRequested)
        {
            // The stop cut it off; its connection is closed.
        }
#pragma warning disable CA1031 // The request's catch-all: the pipeline answers what a handler throws, so this is a fault of ours.
        catch (Exception failed)
        {
            LogFailed(log, failed, exchange?.RequestId ?? "");
        }
#pragma warning restore CA1031
        finally
        {
            exchange?.Body.Release();
            counted.Leave();
        }
    }

    /// <summary>The request of a context; null where nobody is behind it: HttpListener hands over a dead one after its own 411.</summary>
    Exchange? Receive(HttpListenerContext context, ServerSettings bound, bool isLate)
    {
        try
        {
            var exchange = new Exchange(context.Request, bound, time, budget) { IsLate = isLate };
            HttpListenerFields.ForgetReuses(context);
            if (HttpListenerFields.HeadOf(context) is { } received) Inspect(exchange, received, context.Request.ContentLength64);
            return exchange;
        }
        catch (Exception phantom) when (phantom is NullReferenceException or ObjectDisposedException)
        {
            LogPhantom(log, phantom);
            return null;
        }
    }

    /// <summary>Bytes behind the request are lost on HttpListener: the close tells a client that pipelines to ask again.</summary>
    static void Inspect(Exchange exchange, ReceivedHead received, long bodyLength)
    {
        exchange.Malformed = RawHead.WrongWith(received.Head.Span);
        exchange.WantsClose = exchange.Malformed is not null || (bodyLength >= 0 && received.Behind > bodyLength);
    }

    async Task AnswerAsync(HttpListenerContext context, Exchange exchange)
    {
        using var watched = leavers.Watch(context, exchange, state.ForcedStop);
        var reply = await answer(exchange, watched.Token);
        var sent = new Sent(reply.Status, 0, Whole: false);
        try
        {
            sent = await writer.WriteAsync(context, exchange, reply, watched.Token);
            if (sent.Failure is { } failure && !watched.Token.IsCancellationRequested)
                LogFailed(log, failure, exchange.RequestId); // before WhenSent, which ends the request's trace
        }
        finally
        {
            exchange.WhenSent?.Invoke(sent);
        }
    }

    [LoggerMessage(3, LogLevel.Error, "Accepting a request failed; continuing")]
    static partial void LogAccept(ILogger log, Exception failed);

    [LoggerMessage(4, LogLevel.Debug, "HttpListener handed over a context without a connection")]
    static partial void LogPhantom(ILogger log, Exception phantom);

    [LoggerMessage(5, LogLevel.Error, "A reply broke off, or what follows it failed {RequestId}")]
    static partial void LogFailed(ILogger log, Exception failed, string requestId);

    [LoggerMessage(6, LogLevel.Warning, "{Running} requests did not finish within {Seconds} s; cancelling them")]
    static partial void LogForced(ILogger log, int running, double seconds);
}
