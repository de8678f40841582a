// Opens the port. HttpListener does not support port 0, and answers foreign hosts itself where a prefix names a host. And it listens
// before it is ready: a client that connects at that moment, such as a proxy's probe, makes Start throw or crashes the process from a
// pool thread, and the port stays bound. So the end point is built here in the right order: bound, registered, started, and only then
// listening.

using System.Collections;
using System.Net;
using System.Net.Sockets;

namespace TinyGrepServer.Server;

internal static class Listening
{
    const int Attempts = 20;

    /// <summary>A started listener and its port.</summary>
    /// <exception cref="UsageError">The port is taken or the address is not one of this machine.</exception>
    public static (HttpListener Listener, int Port) Open(ServerSettings options)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = options.Port == 0 ? FreePort() : options.Port;
            try
            {
                return (Open(PrefixHosts(options), port), port);
            }
            catch (Exception refused) when (refused is HttpListenerException or ArgumentException or SocketException)
            {
                if (attempt == Attempts || !IsWorthAnotherTry(options, refused))
                    throw new UsageError($"Cannot listen on {options.Host} port {port}: {refused.Message.TrimEnd('.')}.");
            }
        }
    }

    static HttpListener Open(string[] hosts, int port)
    {
        var listener = new HttpListener { IgnoreWriteExceptions = false };
        List<OwnEndPoint> bound = [];
        try
        {
            foreach (var host in hosts)
            {
                listener.Prefixes.Add($"http://{host}:{port}/");
                if (OwnEndPoint.Bind(listener, host, port) is { } one) bound.Add(one);
            }
            listener.Start();
            foreach (var one in bound) one.Listen();
            return listener;
        }
        catch
        {
            listener.Abort();
            foreach (var one in bound) one.Remove();
            throw;
        }
    }

    /// <summary>
    /// A free port that somebody else was quicker to take; or ArgumentNullException: this HttpListener is built otherwise, bound the
    /// port by itself, and a client connected while it did.
    /// </summary>
    static bool IsWorthAnotherTry(ServerSettings options, Exception refused) => options.Port == 0 || refused is ArgumentNullException;

    /// <summary>On loopback the two names people use: HttpListener answers other hosts itself, before us.</summary>
    static string[] PrefixHosts(ServerSettings options)
    {
        if (options.IsEveryAddress) return ["+"];
        return options.IsLoopback ? ["127.0.0.1", "localhost"] : [options.Host];
    }

    /// <summary>The system is asked for a free port; nobody holds it until Open takes it.</summary>
    static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>
    /// One of HttpListener's own end points, made as its constructor makes it, but for the order. HttpListener finds it in its table
    /// and makes none itself; from the moment it listens there is no difference.
    /// </summary>
    sealed class OwnEndPoint
    {
        const int Backlog = 500;

        readonly Socket socket;
        readonly IPEndPoint address;
        readonly object self;

        OwnEndPoint(Socket socket, IPEndPoint address, object self) => (this.socket, this.address, this.self) = (socket, address, self);

        static IDictionary Table => HttpListenerFields.EndPointsTable!;

        /// <summary>Binds the address of a prefix; null where it is bound already, and where HttpListener must do it itself.</summary>
        /// <exception cref="SocketException">The port is taken or the address is not one of this machine.</exception>
        public static OwnEndPoint? Bind(HttpListener listener, string host, int port)
        {
            if (!HttpListenerFields.CanMakeEndPoints) return null;
            var ip = host == "+" ? IPAddress.Any : Dns.GetHostAddresses(host)[0]; // as HttpListener has it
            var address = new IPEndPoint(ip, port);
            lock (Table.SyncRoot)
            {
                if (Table[ip] is not IDictionary ports) Table[ip] = ports = HttpListenerFields.NewPorts();
                if (ports.Contains(port)) return null;
                var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    socket.Bind(address);
                    var self = HttpListenerFields.NewEndPoint(listener, address, socket);
                    ports[port] = self;
                    return new OwnEndPoint(socket, address, self);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            }
        }

        /// <summary>Lets clients in.</summary>
        /// <exception cref="SocketException">Somebody else listens on that port.</exception>
        public void Listen()
        {
            socket.Listen(Backlog);
            HttpListenerFields.Accept(self);
        }

        /// <summary>Gives the port back, where HttpListener has not done so already.</summary>
        public void Remove()
        {
            lock (Table.SyncRoot)
            {
                if (Table[address.Address] is IDictionary ports && ReferenceEquals(ports[address.Port], self)) ports.Remove(address.Port);
            }
            socket.Dispose();
        }
    }
}
