// Where the server is in its life: serving, draining (no new requests), or stopping by force (running ones are cancelled).

namespace TinyGrepServer.Server;

internal sealed class ServerState : IDisposable
{
    readonly CancellationTokenSource forced = new();
    volatile bool draining;
    volatile bool refusing;

    /// <summary>The requests that are running.</summary>
    public ActiveRequests Active { get; } = new();

    /// <summary>A stop has been asked for: <c>/readyz</c> is red.</summary>
    public bool Draining => draining;

    /// <summary>New requests are refused.</summary>
    public bool Refusing => refusing;

    /// <summary>Cancelled when the stop's time is up.</summary>
    public CancellationToken ForcedStop => forced.Token;

    public void Drain() => draining = true;

    public void Refuse() => refusing = draining = true;

    public Task ForceAsync() => forced.CancelAsync();

    public void Dispose() => forced.Dispose();
}
