// An upstream on bare sockets that does exactly what a test says, however rude: it sees each request and each connection's end.

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TinyGrepServer.Tests.Relay;

/// <summary>Answers one request.</summary>
/// <param name="number">1 is the first request of all.</param>
internal delegate Task Script(int number, NetworkStream connection);

internal sealed class ScriptedUpstream : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly Script script;
    readonly ConcurrentBag<Socket> sockets = [];
    readonly ConcurrentQueue<string> heads = new();
    int asked;
    int ended;

    public ScriptedUpstream(Script script)
    {
        this.script = script;
        listener.Start(1_000);
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/api/work");

    public int Requests => heads.Count;

    /// <summary>Connections that the other side has closed.</summary>
    public int Ended => Volatile.Read(ref ended);

    public int Connections => sockets.Count;

    /// <summary>Request lines and header fields, in order.</summary>
    public IReadOnlyList<string> Heads => [.. heads];

    public static byte[] Answer(string body, string status = "200 OK", string fields = "Content-Type: application/json\r\n") =>
        Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\n{fields}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>Answers every request the same.</summary>
    public static ScriptedUpstream Always(string body, string status = "200 OK", string fields = "Content-Type: application/json\r\n") =>
        new(async (_, connection) => await connection.WriteAsync(Answer(body, status, fields)));

    /// <summary>Lets the first request wait for ever and answers the rest.</summary>
    public static Task Never(NetworkStream connection) => connection.ReadAsync(new byte[1]).AsTask();

    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        foreach (var socket in sockets) socket.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync();
                sockets.Add(socket);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var connection = new NetworkStream(socket, ownsSocket: true);
            while (await ReadHeadAsync(connection) is { } head)
            {
                heads.Enqueue(head);
                await script(Interlocked.Increment(ref asked), connection);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
            // A reset is an end, too.
        }
        Interlocked.Increment(ref ended);
    }

    static async Task<string?> ReadHeadAsync(NetworkStream connection)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await connection.ReadAsync(one) > 0)
        {
            head.Append((char)one[0]);
            if (head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n") return head.ToString();
        }
        return null;
    }
}
