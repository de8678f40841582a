// Opens the port. HttpListener takes no port 0, answers foreign hosts itself where a prefix names one, and stumbles where a
// client connects while the port is being opened; all three are dealt with here.

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
            var listener = new HttpListener { IgnoreWriteExceptions = false };
            try
            {
                foreach (var host in PrefixHosts(options)) listener.Prefixes.Add($"http://{host}:{port}/");
                listener.Start();
                return (listener, port);
            }
            catch (Exception refused) when (refused is HttpListenerException or ArgumentException or SocketException)
            {
                listener.Abort();
                if (attempt == Attempts || !IsWorthAnotherTry(options, refused))
                    throw new UsageError($"Cannot listen on {options.Host} port {port}: {refused.Message.TrimEnd('.')}.");
            }
        }
    }

    /// <summary>
    /// A free port that somebody else was quicker to take; or ArgumentNullException: a client connected while the port was being
    /// opened, as a proxy's probes do.
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
}
