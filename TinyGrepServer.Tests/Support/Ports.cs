// A port that nobody has at the moment, for programs that cannot be asked for any free one. Not one of those that the system gives to
// whoever connects (ip_local_port_range begins at 32768): somebody might get it before the program does, or connect to himself there.

using System.Net;
using System.Net.Sockets;

namespace TinyGrepServer.Tests;

internal static class Ports
{
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(16_384, 32_768);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }

    /// <summary>Whether somebody accepts connections there.</summary>
    public static async Task<bool> AnswersAsync(Uri url)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
