// Notices clients that leave while their request runs. HttpListener does not report it, and nothing reads the socket meanwhile, so the
// sockets of requests that have run for a moment are checked four times a second. If a client has closed its side, its request is
// cancelled, and a grep that nobody waits for any more ends.

using System.Net;

namespace TinyGrepServer.Server;

/// <summary>The running requests, in the order they came.</summary>
internal sealed class Leavers(TimeProvider time)
{
    /// <summary>A request younger than this ends by itself more often than its client leaves.</summary>
    static readonly TimeSpan MinAge = TimeSpan.FromMilliseconds(250);

    readonly Lock gate = new();
    readonly LinkedList<Watched> running = [];

    /// <summary>Watches over a request until what is returned is disposed.</summary>
    /// <param name="forced">Cancels the request, too.</param>
    public Watched Watch(HttpListenerContext context, Exchange exchange, CancellationToken forced)
    {
        var watched = new Watched(this, new ClientConnection(context), exchange, time.GetTimestamp(), forced);
        lock (gate) running.AddLast(watched.Node);
        return watched;
    }

    /// <summary>Cancels the requests whose clients have left; returns how many there were.</summary>
    public int Look()
    {
        var left = 0;
        foreach (var request in OldEnough())
        {
            if (request.LeftNow()) left++;
        }
        return left;
    }

    List<Watched> OldEnough()
    {
        lock (gate) return [.. running.TakeWhile(request => time.GetElapsedTime(request.Started) >= MinAge)];
    }

    /// <summary>One request; its token is cancelled when its client has left.</summary>
    public sealed class Watched : IDisposable
    {
        readonly Leavers all;
        readonly ClientConnection connection;
        readonly Exchange exchange;
        readonly CancellationTokenSource leaving;

        public Watched(Leavers all, ClientConnection connection, Exchange exchange, long started, CancellationToken forced)
        {
            this.all = all;
            this.connection = connection;
            this.exchange = exchange;
            Started = started;
            Node = new LinkedListNode<Watched>(this);
            leaving = CancellationTokenSource.CreateLinkedTokenSource(forced);
            Token = leaving.Token;
        }

        public long Started { get; }

        public CancellationToken Token { get; }

        public LinkedListNode<Watched> Node { get; }

        public bool LeftNow()
        {
            if (exchange.HasLeft || !connection.HasEnded()) return false;
            lock (all.gate)
            {
                if (Node.List is null) return false; // it has just ended
                exchange.HasLeft = true;
                _ = leaving.CancelAsync(); // what it sets off is the request's own, on another thread
            }
            return true;
        }

        public void Dispose()
        {
            lock (all.gate) all.running.Remove(Node);
            leaving.Dispose();
        }
    }
}
