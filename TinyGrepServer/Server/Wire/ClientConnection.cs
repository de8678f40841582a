// The connection under an HttpListener context. HttpListener offers no way to end one: Response.Abort() completes a cut chunked
// body with a valid terminator, and blocks while the client does not read. So the socket itself is closed. Where it cannot be
// found (HttpListenerFields), nothing breaks, and a cut answer is still recognisable by its own format (it lacks its closing
// brackets or its summary line).

using System.Net;
using System.Net.Sockets;

namespace TinyGrepServer.Server;

/// <summary>Ends or tunes the connection of one request.</summary>
internal readonly struct ClientConnection(HttpListenerContext context)
{
    /// <summary>Sends what is written at once: for bodies of several writes, whose last one would wait for an acknowledgement.</summary>
    public void SendAtOnce()
    {
        try
        {
            if (HttpListenerFields.SocketOf(context) is { } socket) socket.NoDelay = true;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The next write tells.
        }
    }

    /// <summary>Closes the connection now; a write that is waiting for the client fails.</summary>
    public void Drop() => HttpListenerFields.SocketOf(context)?.Dispose();

    /// <summary>
    /// Whether the client has closed its side: the socket is readable, and there is nothing to read. One who has sent more already, a
    /// further request, cannot be told from one who stays.
    /// </summary>
    public bool HasEnded()
    {
        if (!HttpListenerFields.CanSeeSockets) return false;
        try
        {
            // Asked twice: a body that is being read may take the bytes away between the two questions.
            return HttpListenerFields.SocketOf(context) is not { } socket || (IsAtEnd(socket) && IsAtEnd(socket));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    static bool IsAtEnd(Socket socket) => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
}
