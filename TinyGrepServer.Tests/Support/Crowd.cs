// Many connections that send the same few bytes and then nothing: what a stranger's script does. Bare sockets, because a test
// holds thousands of them.

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TinyGrepServer.Tests;

internal sealed class Crowd : IDisposable
{
    readonly List<Socket> sockets = [];

    /// <summary>As many as are wanted, or as this process has descriptors for, both ends of a connection counted.</summary>
    public static int Room(int wanted) => (int)Math.Min(wanted, (TinyGrepServer.Server.ProcessLimits.OpenFiles - 500) / 2);

    /// <param name="from">The loopback address they come from.</param>
    public static async Task<Crowd> OpenAsync(Uri url, int count, string sent, string from = "127.0.0.1")
    {
        var crowd = new Crowd();
        var bytes = Encoding.Latin1.GetBytes(sent);
        for (var opened = 0; opened < count; opened++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            crowd.sockets.Add(socket);
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            await socket.ConnectAsync(IPAddress.Parse(url.Host), url.Port);
            if (bytes.Length > 0) await socket.SendAsync(bytes);
        }
        return crowd;
    }

    /// <summary>How many of them the server has closed, by a reset or an end.</summary>
    public int Closed => sockets.Count(socket => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0);

    public void Dispose() => sockets.ForEach(socket => socket.Dispose());
}
