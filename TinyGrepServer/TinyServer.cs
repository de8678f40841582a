// The embedding API: a server inside a script, a test or another program, called over HTTP or in process. A call in process takes the
// same path as a request from the handler on: the same queue, limits, cache and refusals, and a stop waits for it. It needs no token,
// and no rate limit applies to it.

using System.Globalization;
using TinyGrepServer.Jobs;
using TinyGrepServer.Messages;
using TinyGrepServer.Processes;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer;

/// <summary>
/// A running server.
/// <code>
/// await using var server = await TinyServer.StartAsync(new Settings(), app => app.Map("GET", "/hello/{name}", …));
/// var answer = await server.SearchAsync(new SearchRequest { Term = "cache" });
/// </code>
/// </summary>
public sealed class TinyServer : IAsyncDisposable
{
    readonly App app;
    Task<bool>? stopped;

    TinyServer(App app) => this.app = app;

    /// <summary>The address the server listens on, with a trailing slash.</summary>
    public Uri Url => app.Url;

    /// <summary>Texts under their digests, in process.</summary>
    public LocalMessages Messages => app.Messages;

    /// <summary>Work that outlives its call, in process.</summary>
    public LocalJobs Jobs => app.Jobs;

    /// <summary>Starts a server and returns when it answers.</summary>
    /// <param name="settings">Where to listen and what to search; port 0 takes any free one.</param>
    /// <param name="configure">Adds your own routes, slices, kinds of jobs and middleware.</param>
    /// <exception cref="UsageError">A setting does not fit this machine, or the port is taken; nothing is left running.</exception>
    public static async Task<TinyServer> StartAsync(Settings settings, Action<AppBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // for all that is started from here; the caller keeps its own
        ResourceLimits.RaiseOpenFiles();
        var reserve = RuntimeReserve.FillAsync();
        var app = await App.CreateAsync(settings, configure);
        await app.StartAsync(reserve);
        return new TinyServer(app);
    }

    /// <summary>
    /// Answers a question as <c>/api/v1/search</c> does, with up to <see cref="SearchRequest.Limit"/> matches, 100 by default.
    /// </summary>
    /// <exception cref="ApiError">
    /// 400: a value out of range, a pattern that grep rejects; 403, 404: the dictionary; 409: the cursor; 503: overloaded or stopping.
    /// </exception>
    public Task<SearchReply> SearchAsync(SearchRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Search.AnswerAsync(request, cancellationToken);
    }

    /// <summary>
    /// The matches of a question as they are found: all of them, or up to <see cref="SearchRequest.Limit"/>, which may be any number here.
    /// Leaving the loop ends the search. A stream that ends without an exception is complete.
    /// </summary>
    /// <exception cref="ApiError">
    /// As <see cref="SearchAsync"/>, also in the middle; at the end 504: the time was up, 403: a dictionary was not read to its end.
    /// </exception>
    public IAsyncEnumerable<MatchReply> MatchesAsync(SearchRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Search.MatchesAsync(request, cancellationToken);
    }

    /// <summary>
    /// Each new line that matches, as it is written, across rotation and truncation, until the caller leaves the loop or the server
    /// stops. An element with <see cref="FollowReply.Event"/> reports something else. <see cref="FollowReply.Cursor"/> continues after it.
    /// <code>
    /// await foreach (var line in server.FollowAsync(new SearchRequest { Term = "error", Dictionaries = ["app.log"] }))
    ///     if (line.Event is null) Console.WriteLine($"{line.Dictionary}:{line.Line}: {line.Text}");
    /// </code>
    /// </summary>
    /// <param name="request">Which lines: a term, dictionaries, how they are read; context, limits and order are refused.</param>
    /// <param name="cursor">The cursor of an earlier element: continues after it, without loss or repetition; null: from now on.</param>
    /// <param name="last">How many earlier matches to return first, 0..1,000.</param>
    /// <exception cref="ApiError">400: the request or the cursor; 404: no such dictionary; 503: too many follow, or stopping.</exception>
    /// <exception cref="IOException">The loop takes events too slowly, so that over 4,000 wait; or a disk fails.</exception>
    public IAsyncEnumerable<FollowReply> FollowAsync(
        SearchRequest request, string? cursor = null, int last = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Search.FollowAsync(request, cursor, last, cancellationToken);
    }

    /// <summary>What <c>/readyz</c> says; of a server that has stopped, that it has.</summary>
    public async Task<HealthReply> HealthAsync(CancellationToken cancellationToken = default) => stopped is { IsCompleted: true }
        ? new HealthReply("unavailable", new Dictionary<string, string> { ["server"] = "stopped" })
        : await app.Health.ReadAsync(cancellationToken);

    /// <summary>
    /// Refuses new requests and calls, waits for the running ones up to the shutdown timeout, and closes the port.
    /// </summary>
    /// <returns>False where running requests had to be cancelled.</returns>
    public Task<bool> StopAsync() => stopped ??= StopOnceAsync();

    /// <summary>
    /// Serves until SIGINT, SIGTERM or SIGHUP asks for the stop, and stops; a second signal ends the process at once. For a script that
    /// is a server: <c>return await server.RunAsync();</c>
    /// </summary>
    /// <returns>The exit code: 0 stopped cleanly, 1 where running requests had to be cancelled.</returns>
    public async Task<int> RunAsync()
    {
        using var stop = new StopSignal(ChildProcess.KillAll);
        await stop.AskedAsync;
        var whole = await StopAsync();
        return stop.ForcedExitCode ?? (whole ? 0 : 1);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    LocalSearch Search => app.Search ?? throw ApiError.NotServed(Services.Search);

    async Task<bool> StopOnceAsync()
    {
        var whole = await app.DrainAsync();
        await app.CloseAsync();
        await app.DisposeAsync();
        return whole;
    }
}
