// nginx.conf alone, in front of an upstream that the test writes byte by byte: what nginx itself refuses has the form of the servers'
// refusals, slow clients hold no server, and one address cannot take all connections.

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace TinyGrepServer.Tests.Deploy;

[TestClass]
public sealed class NginxSpecs
{
    static Nginx? started;

    static Nginx Proxy => started!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => started = await Nginx.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (started is not null) await started.DisposeAsync();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("BAD\r\n", 400, "Bad Request")]
    [DataRow("GET /livez HTTP/1.1\r\nHost : localhost\r\n", 400, "Bad Request")]
    [DataRow("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: LONG\r\n", 400, "Bad Request")]
    [DataRow("GET /metrics HTTP/1.1\r\nHost: localhost\r\n", 404, "Not Found")]
    [DataRow("TRACE / HTTP/1.1\r\nHost: localhost\r\n", 405, "Method Not Allowed")]
    [DataRow("POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000\r\n", 413, "Content Too Large")]
    [DataRow("GET /LONG HTTP/1.1\r\nHost: localhost\r\n", 414, "URI Too Long")]
    [DataRow("GET /livez HTTP/1.1\r\nHost: evil.example\r\n", 421, "Misdirected Request")]
    [DataRow("POST /messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n", 501, "Not Implemented")]
    [DataRow("GET /gone HTTP/1.1\r\nHost: localhost\r\n", 502, "Bad Gateway")]
    [DataRow("GET /livez HTTP/3.0\r\nHost: localhost\r\n", 505, "HTTP Version Not Supported")]
    public async Task What_nginx_refuses_is_a_problem_in_JSON(string? head, int status, string title)
    {
        var request = $"{head}".Replace("LONG", new string('a', 9_000), StringComparison.Ordinal);

        using var client = await RawClient.ConnectAsync(Proxy.Url);
        await client.SendAsync($"{request}Connection: close\r\n\r\n");

        await AssertProblemAsync(client, status, title);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_failure_of_nginx_itself_is_a_problem_in_JSON()
    {
        var folder = Path.Join(Proxy.Folder, "body-temp");
        Directory.Move(folder, folder + "-away");
        try
        {
            using var client = await RawClient.ConnectAsync(Proxy.Url);
            await client.SendAsync(
                RawClient.Request("POST", "/fast", new string('a', 200_000), "Host: localhost", "Connection: close"));

            await AssertProblemAsync(client, 500, "Internal Server Error");
        }
        finally
        {
            Directory.Move(folder + "-away", folder);
        }
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("192.0.2.NUMBER", "192.0.2.1", false, DisplayName = "IPv4: 200 addresses")]
    [DataRow("192.0.2.1", "192.0.2.1", true, DisplayName = "IPv4: one address")]
    [DataRow("2001:db8:1:2:NUMBER::1", "2001:db8:1:2::ff", true, DisplayName = "IPv6: one network of 64 bits")]
    [DataRow("2001:db8:1:NUMBER::1", "2001:db8:1::1", false, DisplayName = "IPv6: 200 networks")]
    public async Task One_address_has_200_connections_and_no_more(string? others, string client, bool isRefused)
    {
        var fast = RawClient.Request("GET", "/fast", null, "Host: localhost", $"X-Real-IP: {client}");
        List<RawClient> waiting = [];
        try
        {
            var before = Proxy.Upstream.Waiting;
            for (var number = 1; number <= 200; number++)
            {
                var one = await RawClient.ConnectAsync(Proxy.Url);
                waiting.Add(one);
                var from = $"X-Real-IP: {others}".Replace("NUMBER", $"{number}", StringComparison.Ordinal);
                await one.SendAsync(RawClient.Request("GET", "/wait", null, "Host: localhost", from));
            }
            await Wait.UntilAsync(() => Proxy.Upstream.Waiting == before + 200, "all of them wait for the upstream");
            using var connection = await RawClient.ConnectAsync(Proxy.Url);
            await connection.SendAsync(fast);

            if (isRefused) await AssertProblemAsync(connection, 429, "Too Many Requests");
            else Assert.AreEqual(200, (await connection.ReadReplyAsync())?.Status);
        }
        finally
        {
            waiting.ForEach(one => one.Dispose());
        }
        await Wait.UntilAsync(
            async () => (await RawClient.AskAsync(Proxy.Url, fast))?.Status == 200, "once they have left there is room");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_client_that_does_not_read_holds_no_server()
    {
        var before = Proxy.Upstream.Finished;
        using var client = await RawClient.ConnectAsync(Proxy.Url, receiveBuffer: 4 << 10);

        await client.SendAsync(RawClient.Request("GET", "/large", null, "Host: localhost", "Connection: close"));
        await Wait.UntilAsync(() => Proxy.Upstream.Finished == before + 1, "the server is done while nobody has read a byte");
        var all = await client.ReadToEndAsync();

        Assert.IsGreaterThan(Upstream.LargeBytes, all.Length);
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_says_that_it_must_not_be_buffered_passes_at_once()
    {
        using var client = await RawClient.ConnectAsync(Proxy.Url);

        await client.SendAsync(RawClient.Request("GET", "/events", null, "Host: localhost"));
        await client.ReadHeadAsync();
        var first = await client.ReadToEndAsync("event 1\n\r\n");

        Assert.Contains("event 1\n", first, "while the upstream has not ended");
    }

    static async Task AssertProblemAsync(RawClient client, int status, string title)
    {
        var reply = await client.ReadReplyAsync();

        Assert.AreEqual(status, reply?.Status, reply?.Head);
        Assert.AreEqual("application/problem+json", reply!.Header("Content-Type"), reply.Text);
        var problem = JsonSerializer.Deserialize<JsonElement>(reply.Text);
        Assert.AreEqual(
            (status, status, title, title),
            (problem.GetProperty("status").GetInt32(), problem.GetProperty("Code").GetInt32(),
                problem.GetProperty("title").GetString(), problem.GetProperty("message").GetString()));
    }

    /// <summary>deploy/nginx.conf without TLS, on a free port.</summary>
    sealed class Nginx : IAsyncDisposable
    {
        readonly TemporaryFolder folder = new();
        readonly System.Diagnostics.Process process;

        Nginx(int port)
        {
            Url = new Uri($"http://127.0.0.1:{port}/");
            folder.Write("nginx.conf", DeployedFile.Text("nginx.conf"));
            const string Addresses = "set_real_ip_from 127.0.0.1;\nreal_ip_header X-Real-IP;\n"; // clients of any address, for the tests
            folder.Write("site.conf", $"listen 127.0.0.1:{port};\nserver_name localhost;\n{Addresses}");
            folder.Write("servers.conf", string.Concat(
                ((string[])["readers", "writers"])
                    .Select(name => $"upstream {name} {{ server 127.0.0.1:{Upstream.Port} max_fails=0; }}\n")));
            var globals = Environment.UserName == "root" ? "daemon off; user root;" : "daemon off;";
            process = System.Diagnostics.Process.Start(Programs.Start(
                "nginx", ["-p", folder.Path, "-c", Path.Join(folder.Path, "nginx.conf"), "-e", "stderr", "-g", globals]))!;
        }

        public Uri Url { get; }

        public string Folder => folder.Path;

        public Upstream Upstream { get; } = new();

        public static async Task<Nginx> StartAsync()
        {
            Programs.Find("nginx");
            var nginx = new Nginx(Ports.Free());
            await Wait.UntilAsync(() => Ports.AnswersAsync(nginx.Url), "nginx listens");
            return nginx;
        }

        public async ValueTask DisposeAsync()
        {
            Upstream.Dispose();
            var asked = await TestServer.RunAsync(Programs.Start("kill", ["-TERM", $"{process.Id}"]));
            Assert.AreEqual(0, asked.ExitCode, asked.Errors);
            await process.WaitForExitAsync();
            process.Dispose();
            folder.Dispose();
        }
    }

    /// <summary>Answers by path: at once, with much, with an event, by hanging up, or never.</summary>
    sealed class Upstream : IDisposable
    {
        public const int LargeBytes = 3 << 20;

        readonly TcpListener listener = new(IPAddress.Loopback, 0);
        readonly CancellationTokenSource end = new();
        int waiting;
        int finished;

        public Upstream()
        {
            listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public int Waiting => Volatile.Read(ref waiting);

        public int Finished => Volatile.Read(ref finished);

        public void Dispose()
        {
            end.Cancel();
            listener.Dispose();
            end.Dispose();
        }

        async Task AcceptAsync()
        {
            try
            {
                while (true) _ = AnswerAsync(await listener.AcceptSocketAsync(end.Token));
            }
            catch (OperationCanceledException)
            {
                // The test class has ended.
            }
        }

        async Task AnswerAsync(Socket socket)
        {
            using var connection = socket;
            socket.SendBufferSize = 64 << 10;
            try
            {
                switch (await ReadPathAsync(socket))
                {
                    case "/wait":
                        Interlocked.Increment(ref waiting);
                        await socket.ReceiveAsync(new byte[1], end.Token); // until nginx gives up
                        break;
                    case "/large":
                        await SendAsync(socket, $"HTTP/1.1 200 OK\r\nContent-Length: {LargeBytes}\r\n\r\n{new string('a', LargeBytes)}");
                        Interlocked.Increment(ref finished);
                        await socket.ReceiveAsync(new byte[1], end.Token);
                        break;
                    case "/events":
                        await SendAsync(socket, "HTTP/1.1 200 OK\r\nX-Accel-Buffering: no\r\nTransfer-Encoding: chunked\r\n\r\n");
                        await SendAsync(socket, "8\r\nevent 1\n\r\n");
                        await socket.ReceiveAsync(new byte[1], end.Token);
                        break;
                    case "/gone":
                        break;
                    default:
                        await SendAsync(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                        break;
                }
            }
            catch (Exception gone) when (gone is SocketException or OperationCanceledException)
            {
                // nginx has closed the connection, or the test class has ended.
            }
        }

        async Task<string> ReadPathAsync(Socket socket)
        {
            var head = new StringBuilder();
            var buffer = new byte[16 << 10];
            while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await socket.ReceiveAsync(buffer, end.Token);
                if (read == 0) break;
                head.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
            return head.ToString().Split(' ').ElementAtOrDefault(1) ?? "";
        }

        async Task SendAsync(Socket socket, string text)
        {
            ReadOnlyMemory<byte> left = Encoding.Latin1.GetBytes(text);
            while (!left.IsEmpty) left = left[await socket.SendAsync(left, end.Token)..];
        }
    }
}
