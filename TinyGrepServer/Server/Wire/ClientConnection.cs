// The socket under an HttpListener context. HttpListener offers no way to end one connection: Response.Abort() completes
// a cut chunked body with a valid terminator, and blocks while the client does not read. So this one file reaches for
// the socket in HttpListener's private fields. Where a runtime names them differently, Available is false, nothing breaks,
// and a cut answer is still recognisable by its own format (it lacks its closing brackets or its summary line).

using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace TinyGrepServer.Server;

/// <summary>Ends or tunes the connection of one request.</summary>
internal readonly struct ClientConnection(HttpListenerContext context)
{
    const string Listener = "System.Net.HttpListener";
    const string Connection = "System.Net.HttpConnection";

    static readonly FieldInfo? ConnectionField =
        typeof(HttpListenerContext).GetField("_connection", BindingFlags.Instance | BindingFlags.NonPublic);

    static readonly FieldInfo? SocketField = FindSocket();

    /// <summary>Whether this runtime's HttpListener is built as expected.</summary>
    public static bool Available => SocketField?.FieldType == typeof(Socket);

    Socket? Socket => Available && ConnectionField!.GetValue(context) is { } connection ? (Socket?)SocketField!.GetValue(connection) : null;

    /// <summary>Trimming keeps the field because it is named here.</summary>
    [DynamicDependency(DynamicallyAccessedMemberTypes.NonPublicFields, Connection, Listener)]
    static FieldInfo? FindSocket() =>
        Type.GetType($"{Connection}, {Listener}")?.GetField("_socket", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>Sends what is written at once: for bodies of several writes, whose last one would wait for an acknowledgement.</summary>
    public void SendAtOnce()
    {
        try
        {
            if (Socket is { } socket) socket.NoDelay = true;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The next write tells.
        }
    }

    /// <summary>Closes the connection now; a write that is waiting for the client fails.</summary>
    public void Drop() => Socket?.Dispose();
}
