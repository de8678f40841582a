// The accept loop and the stop. Each context gets a task of its own; a counter knows how many are running; the stop waits
// for the counter. HttpListener.Stop, Close and Abort answer every open connection with an invented 200 OK, so they are
// kept away from live connections: a program lets its exit close the sockets, an embedded server closes when it is idle.

using System.Net;
using System.Net.Sockets;

namespace TinyGrepServer.Server;

/// <summary>Serves a route table over HTTP.</summary>
internal sealed partial class HttpServer(ServerSettings options, ServerState state, Func<ServerSettings, Handler> pipeline, ILogger log) : IDisposable
{
    static readonly TimeSpan ForcedGrace = TimeSpan.FromSeconds(2);

    HttpListener listener = new();
    ReplyWriter writer = new(options);
    Handler answer = (_, _) => throw new InvalidOperationException("The server has not been started.");
    Task accepting = Task.CompletedTask;
    volatile bool closed;

    /// <summary>The address the server listens on, with a trailing slash.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Opens the port and begins to accept.</summary>
    /// <exception cref="UsageError">The port is taken or the address is not one of this machine.</exception>
    public void Start()
    {
        var port = Bind();
        Url = new Uri($"http://{(options.IsEveryAddress ? "127.0.0.1" : options.Host)}:{port}/");
        var bound = options with { Port = port };
        writer = new ReplyWriter(bound);
        answer = pipeline(bound);
        accepting = AcceptAsync(bound);
    }

    /// <summary>Refuses new requests, waits for the running ones up to the shutdown timeout, then cancels them.</summary>
    /// <returns>True where every request finished by itself.</returns>
    public async Task<bool> DrainAsync()
    {
        state.Drain();
        if (options.DrainDelay > TimeSpan.Zero) await Task.Delay(options.DrainDelay);
        state.Refuse();
        if (await IsIdleWithinAsync(options.ShutdownTimeout)) return true;
        LogForced(log, state.Active.Count, options.ShutdownTimeout.TotalSeconds);
        await state.ForceAsync();
        await IsIdleWithinAsync(ForcedGrace);
        return false;
    }

    /// <summary>Closes the port and the listener, for a server inside another program. Connections still open are given two seconds.</summary>
    public async Task CloseAsync()
    {
        closed = true;
        listener.Prefixes.Clear();
        var closing = Task.Run(listener.Close);
        await Task.WhenAny(closing, Task.Delay(ForcedGrace));
    }

    public void Dispose() => ((IDisposable)listener).Dispose();

    async Task<bool> IsIdleWithinAsync(TimeSpan limit)
    {
        try
        {
            await state.Active.WhenIdleAsync(limit, TimeProvider.System, CancellationToken.None);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    async Task AcceptAsync(ServerSettings bound)
    {
        while (!closed)
        {
            try
            {
                var context = await listener.GetContextAsync();
                var late = state.Refusing;
                state.Active.Enter();
                _ = Task.Run(() => ServeAsync(context, bound, late)); // owned by the counter
            }
#pragma warning disable CA1031 // The accept loop's catch-all: only a stop ends it.
            catch (Exception failed) when (!closed)
            {
                LogAccept(log, failed);
            }
            catch (Exception)
            {
                return;
            }
#pragma warning restore CA1031
        }
    }

    /// <param name="late">Whether it was accepted after the server had begun to refuse; one that came before is answered.</param>
    async Task ServeAsync(HttpListenerContext context, ServerSettings bound, bool late)
    {
        try
        {
            var exchange = new Exchange(context.Request, bound) { IsLate = late };
            var reply = await answer(exchange, state.ForcedStop);
            var sent = new Sent(reply.Status, 0, Whole: false);
            try
            {
                sent = await writer.WriteAsync(context, exchange, reply, state.ForcedStop);
            }
            catch (Exception failed) when (failed is not NullReferenceException && !state.ForcedStop.IsCancellationRequested)
            {
                LogFailed(log, failed, exchange.RequestId); // here, where the request's trace is still the current one
            }
            finally
            {
                exchange.WhenSent?.Invoke(sent);
            }
        }
        catch (Exception phantom) when (phantom is NullReferenceException or ObjectDisposedException)
        {
            LogPhantom(log, phantom); // HttpListener hands over a dead context after its own 411
        }
        catch (OperationCanceledException) when (state.ForcedStop.IsCancellationRequested)
        {
            // A streamed body was cut by the stop; its connection is closed.
        }
#pragma warning disable CA1031 // The request's catch-all: a body that broke off has been cut, and the log says why.
        catch (Exception failed)
        {
            LogFailed(log, failed, requestId: "");
        }
#pragma warning restore CA1031
        finally
        {
            state.Active.Leave();
        }
    }

    int Bind()
    {
        const int Attempts = 20;
        for (var attempt = 1; ; attempt++)
        {
            var port = options.Port == 0 ? FreePort() : options.Port;
            try
            {
                listener = new HttpListener { IgnoreWriteExceptions = false };
                foreach (var host in PrefixHosts()) listener.Prefixes.Add($"http://{host}:{port}/");
                listener.Start();
                return port;
            }
            catch (Exception refused) when (refused is HttpListenerException or ArgumentException or SocketException)
            {
                listener.Abort();
                // ArgumentNullException: a client connected while the port was being opened, as a proxy's probes do; HttpListener stumbles.
                if ((options.Port != 0 && refused is not ArgumentNullException) || attempt == Attempts)
                    throw new UsageError($"Cannot listen on {options.Host} port {port}: {refused.Message.TrimEnd('.')}.");
            }
        }
    }

    /// <summary>On loopback the two names people use: HttpListener answers other hosts itself, before us.</summary>
    string[] PrefixHosts() => options.IsEveryAddress ? ["+"] : options.IsLoopback ? ["127.0.0.1", "localhost"] : [options.Host];

    /// <summary>HttpListener cannot take port 0, so the system is asked for a free one; Bind tries again where somebody was quicker.</summary>
    static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    [LoggerMessage(3, LogLevel.Error, "Accepting a request failed; going on")]
    static partial void LogAccept(ILogger log, Exception failed);

    [LoggerMessage(4, LogLevel.Debug, "HttpListener handed over a context without a connection")]
    static partial void LogPhantom(ILogger log, Exception phantom);

    [LoggerMessage(5, LogLevel.Error, "A reply broke off; its connection was closed {RequestId}")]
    static partial void LogFailed(ILogger log, Exception failed, string requestId);

    [LoggerMessage(6, LogLevel.Warning, "{Running} requests did not finish within {Seconds} s; cancelling them")]
    static partial void LogForced(ILogger log, int running, double seconds);
}
