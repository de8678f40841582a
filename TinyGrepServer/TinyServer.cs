// The embedding API: a server inside a script, a test or another program.

namespace TinyGrepServer;

/// <summary>
/// A running server.
/// <code>
/// await using var server = await TinyServer.StartAsync(new Settings(), app => app.Map("GET", "/hello/{name}", …));
/// </code>
/// </summary>
public sealed class TinyServer : IAsyncDisposable
{
    readonly App app;
    Task<bool>? stopped;

    TinyServer(App app) => this.app = app;

    /// <summary>The address the server listens on, with a trailing slash.</summary>
    public Uri Url => app.Url;

    /// <summary>Starts a server and returns when it answers.</summary>
    /// <param name="settings">Where to listen and what to search; port 0 takes any free one.</param>
    /// <param name="configure">Adds routes, slices, kinds of jobs and middleware of one's own.</param>
    /// <exception cref="Server.UsageError">A setting does not fit this machine, or the port is taken; nothing is left running.</exception>
    public static async Task<TinyServer> StartAsync(Settings settings, Action<AppBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var app = await App.CreateAsync(settings, configure);
        await app.StartAsync();
        return new TinyServer(app);
    }

    /// <summary>Refuses new requests, waits for the running ones up to the shutdown timeout, and closes the port.</summary>
    /// <returns>False where running requests had to be cancelled.</returns>
    public Task<bool> StopAsync() => stopped ??= StopOnceAsync();

    public async ValueTask DisposeAsync() => await StopAsync();

    async Task<bool> StopOnceAsync()
    {
        var whole = await app.DrainAsync();
        await app.CloseAsync();
        await app.DisposeAsync();
        return whole;
    }
}
