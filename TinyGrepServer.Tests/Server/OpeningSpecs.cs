// Clients that come while the port is being opened, as the probes of a proxy do: they may be turned away, but the server starts, on
// the port it was told, and goes on running.

using System.Net;
using System.Net.Sockets;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class OpeningSpecs
{
    [TestMethod, Timeout(180_000)]
    public async Task A_client_that_connects_every_millisecond_keeps_no_server_from_starting()
    {
        const int Starts = 40;
        using var http = new HttpClient();
        var port = Ports.Free();
        using var end = new CancellationTokenSource();
        var probe = new Probe();
        var probing = Task.Run(() => probe.RunAsync(port, end.Token));

        for (var start = 1; start <= Starts; start++)
        {
            var settings = new ServerSettings { Port = port };
            await using var server = HttpServer.Create(settings, _ => [Kernel.Get("/", Reply.Text($"{start}"))], [], new CapturedLog());
            var before = probe.Connected;
            server.Start();

            Assert.AreEqual($"{start}", await http.GetStringAsync(server.Url));
            await Wait.UntilAsync(() => probe.Connected > before, "somebody else got in, too");
        }
        await end.CancelAsync();
        await probing;
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_port_that_could_not_be_had_can_be_had_as_soon_as_it_is_free()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var settings = new ServerSettings { Port = ((IPEndPoint)taken.LocalEndpoint).Port };
        await using var server = HttpServer.Create(settings, _ => [Kernel.Get("/", Reply.Text("here"))], [], new CapturedLog());

        Assert.ThrowsExactly<UsageError>(server.Start);
        taken.Stop();
        server.Start();
        using var http = new HttpClient();

        Assert.AreEqual("here", await http.GetStringAsync(server.Url));
    }

    /// <summary>Connects and leaves, again and again.</summary>
    sealed class Probe
    {
        volatile int connected;

        /// <summary>How often somebody was there.</summary>
        public int Connected => connected;

        public async Task RunAsync(int port, CancellationToken end)
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
            while (!end.IsCancellationRequested)
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.LingerState = new LingerOption(true, 0);
                try
                {
                    await socket.ConnectAsync(IPAddress.Loopback, port, CancellationToken.None);
                    connected++;
                }
                catch (SocketException)
                {
                    // Nobody listens yet.
                }
                await tick.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }
}
