// Drops abusive connections. HttpListener waits for ever for the end of a header, and accepts a line of any length, so its connections
// are checked four times a second for a header that does not end in time, a line that is too long, too many unfinished headers for the
// descriptors there are, or too many connections of one address. The oldest are dropped first; closing the socket frees their memory.

using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;

namespace TinyGrepServer.Server;

internal sealed partial class Sweep
{
    /// <summary>A header's line; HttpListener's own limit for a header has this size, and a line of one packet escapes it.</summary>
    public const int MaxLine = 32 << 10;

    /// <summary>Closing takes some 20 microseconds a connection: a sweep is not to keep others waiting.</summary>
    const int MaxDropped = 500;

    static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    readonly ServerSettings options;
    readonly Leavers leavers;
    readonly ILogger log;
    readonly TimeProvider time;
    readonly Counter<long> dropped;
    readonly long descriptors = ProcessLimits.OpenFiles;

    /// <summary>When each half header was first seen.</summary>
    Dictionary<object, Half> seen = [];

    /// <summary>Dropped, and still in HttpListener's list: it notices a closed socket in its own time.</summary>
    readonly HashSet<object> leaving = [];

    public Sweep(ServerSettings options, Leavers leavers, Meter meter, ILogger log, TimeProvider time)
    {
        this.options = options;
        this.leavers = leavers;
        this.log = log;
        this.time = time;
        dropped = meter.CreateCounter<long>(
            "tinygrep.connections.dropped", "{connection}",
            "Connections ended early: header_timeout, header_line, descriptors, address; client_left: a request cancelled.");
    }

    public async Task RunAsync(HttpListener listener, CancellationToken closed)
    {
        if (HttpListenerFields.Missing.Count > 0) LogMissing(log, string.Join(", ", HttpListenerFields.Missing));
        using var tick = new PeriodicTimer(Period, time);
        try
        {
            while (await tick.WaitForNextTickAsync(closed)) LookOnce(listener);
        }
        catch (OperationCanceledException)
        {
            // The server is closed.
        }
    }

    void LookOnce(HttpListener listener)
    {
        try
        {
            Count("client_left", leavers.Look());
            var connections = HttpListenerFields.ConnectionsOf(listener);
            leaving.IntersectWith(connections);
            connections.RemoveAll(leaving.Contains);
            var found = Find(connections).DistinctBy(one => one.Connection).Take(MaxDropped);
            foreach (var reason in found.GroupBy(one => one.Reason)) Count(reason.Key, reason.Count(one => Drop(one.Connection)));
        }
#pragma warning disable CA1031 // The sweep's catch-all: a look that fails must not be the last one.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            LogFailed(log, failed);
        }
    }

    /// <summary>What is to be dropped, and why.</summary>
    List<(object Connection, string Reason)> Find(List<object> connections)
    {
        var begun = Begun(connections);
        List<(object, string)> found = [];
        List<Half> waiting = [];
        foreach (var half in begun)
        {
            if (half.LineLength > MaxLine) found.Add((half.Connection, "header_line"));
            else if (time.GetElapsedTime(half.Since) >= options.HeaderTimeout) found.Add((half.Connection, "header_timeout"));
            else waiting.Add(half);
        }
        var tooMany = waiting.Count - descriptors / 4;
        found.AddRange(waiting.Take((int)Math.Max(0, tooMany)).Select(half => (half.Connection, "descriptors")));
        found.AddRange(OfGreedyAddresses(connections).Select(connection => (connection, "address")));
        return found;
    }

    /// <summary>The headers that have begun and not ended, the oldest first; what was seen of those that have ended is forgotten.</summary>
    List<Half> Begun(List<object> connections)
    {
        var now = time.GetTimestamp();
        var before = seen;
        seen = [];
        foreach (var connection in connections)
        {
            if (HttpListenerFields.HalfHeaderOf(connection) is not { } header) continue;
            var isSame = before.TryGetValue(connection, out var known) && known.Header == header.Identity;
            seen[connection] = new Half(connection, header.Identity, isSame ? known.Since : now, header.LineLength);
        }
        return [.. seen.Values.OrderBy(half => half.Since)];
    }

    /// <summary>What one address has beyond half of the descriptors; connections whose request is being answered are let be.</summary>
    IEnumerable<object> OfGreedyAddresses(List<object> connections)
    {
        var max = (int)Math.Min(descriptors / 2, int.MaxValue);
        if (connections.Count <= max) return [];
        return
            from connection in connections
            group connection by AddressOf(connection) into same
            where same.Key is not null && same.Count() > max && !options.TrustedProxies.Any(proxy => proxy.Contains(same.Key))
            from one in same.Where(connection => !HttpListenerFields.IsAnswering(connection)).Take(same.Count() - max)
            select one;
    }

    static IPAddress? AddressOf(object connection)
    {
        try
        {
            return (HttpListenerFields.SocketOf(connection)?.RemoteEndPoint as IPEndPoint)?.Address;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>HttpListener notices that its socket is closed, and forgets the connection.</summary>
    bool Drop(object connection)
    {
        if (HttpListenerFields.IsAnswering(connection) || HttpListenerFields.SocketOf(connection) is not { } socket) return false;
        socket.Dispose();
        leaving.Add(connection);
        return true;
    }

    void Count(string reason, int count)
    {
        if (count == 0) return;
        dropped.Add(count, new KeyValuePair<string, object?>("reason", reason));
        if (reason != "client_left") LogDropped(log, count, reason);
    }

    [LoggerMessage(8, LogLevel.Information, "Dropped {Count} connections: {Reason}")]
    static partial void LogDropped(ILogger log, int count, string reason);

    [LoggerMessage(9, LogLevel.Error, "Checking the connections failed; continuing")]
    static partial void LogFailed(ILogger log, Exception failed);

    [LoggerMessage(
        10, LogLevel.Warning,
        "This runtime's HttpListener lacks {Fields}: what depends on them is off (slow headers, clients that leave, endless keep-alive)")]
    static partial void LogMissing(ILogger log, string fields);

    /// <param name="Header">What makes it this header and not the next one of the same connection.</param>
    /// <param name="Since">When it was first seen.</param>
    readonly record struct Half(object Connection, object Header, long Since, int LineLength);
}
