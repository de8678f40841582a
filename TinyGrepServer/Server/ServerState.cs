// Where the server is in its life. It serves; it drains (a stop was asked for: /readyz is red, and each reply closes its
// connection, but requests are still answered); it refuses (it still drains, and new requests get 503 while running ones
// finish); and where those take too long it is forced: they are cancelled.

namespace TinyGrepServer.Server;

/// <summary>A server's state and route table, for the routes that tell about it.</summary>
public sealed class ServerState
{
    volatile bool draining;
    volatile bool refusing;

    internal ServerState(CancellationToken forcedStop) => ForcedStop = forcedStop;

    /// <summary>A stop has been asked for: a readiness probe should be red. Requests may still be answered for a while.</summary>
    public bool Draining => draining;

    /// <summary>New requests are refused with 503; those that run may finish.</summary>
    public bool Refusing => refusing;

    /// <summary>How many requests are inside the server now.</summary>
    public int Running => Active.Count + Late.Count;

    /// <summary>All routes in the order they are tried; empty until the table is complete, so to be read by handlers, not before.</summary>
    public IReadOnlyList<Route> Routes { get; internal set; } = [];

    /// <summary>The requests that are running, and that a stop waits for.</summary>
    internal ActiveRequests Active { get; } = new();

    /// <summary>Those that came when requests were refused already: a stop does not depend on them.</summary>
    internal ActiveRequests Late { get; } = new();

    /// <summary>The calls in process that are running.</summary>
    internal ActiveRequests LocalCalls { get; } = new();

    /// <summary>The large replies that are being written.</summary>
    internal StreamCount Streams { get; } = new();

    /// <summary>Cancelled when the stop's time is up.</summary>
    internal CancellationToken ForcedStop { get; }

    /// <summary>The private fields of HttpListener that this runtime lacks, so that what depends on them is off.</summary>
    internal IReadOnlyList<string> MissingFields { get; init; } = HttpListenerFields.Missing;

    /// <summary>Counts a request in; returns where it is counted, and has to be counted out.</summary>
    internal ActiveRequests Enter()
    {
        Active.Enter(); // before the look: a stop that begins between the two finds it
        if (!refusing) return Active;
        Late.Enter();
        Active.Leave();
        return Late;
    }

    internal void Drain() => draining = true;

    internal void Refuse() => refusing = draining = true;
}
