// All settings, one record per slice. Defaults < --config file < environment < flags; each layer changes the record it is given. Embedding
// programs set the records in code; in both cases Check refuses what a server cannot work with.

using TinyGrepServer.Access;
using TinyGrepServer.Jobs;
using TinyGrepServer.Messages;
using TinyGrepServer.Relay;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer;

/// <summary>The settings of a server. The defaults serve <c>dicts/</c> on http://127.0.0.1:8080/.</summary>
public sealed record Settings
{
    public ServerSettings Server { get; init; } = new();

    public SearchSettings Search { get; init; } = new();

    public StorageSettings Storage { get; init; } = new();

    public MessageSettings Messages { get; init; } = new();

    public AccessSettings Access { get; init; } = new();

    public JobSettings Jobs { get; init; } = new();

    public RelaySettings Relay { get; init; } = new();

    public LogSettings Log { get; init; } = new();

    /// <summary>
    /// What is served: <c>search</c>, <c>messages</c>, <c>movies</c>, <c>relay</c>, <c>jobs</c>, <c>web</c>; all of them by default. None:
    /// only custom routes, probes and metrics; such a server needs no folder and no grep.
    /// </summary>
    public IReadOnlyList<string> Services { get; init; } = TinyGrepServer.Services.All;

    /// <summary>Serves <c>/wait</c>, <c>/fail</c> and <c>/internal/walk</c>, and accepts jobs of the kind <c>noop</c>.</summary>
    public bool Diagnostics { get; init; }

    /// <summary>Whether a service is wanted.</summary>
    internal bool Serves(string service) => Services.Contains(service);

    /// <summary>Refuses values out of range and combinations that cannot work; a server checks what it is started with.</summary>
    /// <exception cref="UsageError">The first that is wrong: its name, its value, and what was expected.</exception>
    public void Check()
    {
        foreach (var rule in SettingOptions.Rules) rule.Demand(this);
        if (Server.AllowedHosts.Count > 0 && !Server.IsEveryAddress)
        {
            throw new UsageError(
                $"--allowed-hosts needs --host 0.0.0.0: on {Server.Host}, HttpListener itself refuses every other Host. " +
                $"A proxy in front can send 'Host: {Server.Host}'.");
        }
        if (Serves(TinyGrepServer.Services.Web) && !Serves(TinyGrepServer.Services.Search))
            throw new UsageError("--services: web needs search, whose results it shows.");
        if (Access.OpenTokens && !Server.IsLoopback)
        {
            throw new UsageError(
                $"--open-tokens gives a token to anybody who asks; it works on loopback only, not with --host {Server.Host}.");
        }
    }
}
