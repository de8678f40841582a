// What nginx sends twice, and what never. Behind the real nginx.conf stand two servers of the test's own that break off after
// they have read a request: each request that arrives is counted.

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TinyGrepServer.Tests.Deploy;

[TestClass]
public sealed class RetrySpecs
{
    [TestMethod, Timeout(60_000)]
    [DataRow("GET", 2)]
    [DataRow("HEAD", 2)]
    [DataRow("QUERY", 2)]
    [DataRow("POST", 1)]
    [DataRow("PATCH", 1)]
    [DataRow("PUT", 1)]
    [DataRow("DELETE", 1)]
    public async Task Only_what_changes_nothing_is_sent_again_when_a_server_dies_over_it(string method, int times)
    {
        await using var proxy = await Proxy.StartAsync(first => first ? Behaviour.BreakOff : Behaviour.Answer);

        using var reply = await proxy.AskAsync(method);

        Assert.HasCount(times, proxy.Arrived);
        Assert.AreEqual(times == 2 ? HttpStatusCode.OK : HttpStatusCode.BadGateway, reply.StatusCode);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("GET", 2, 200)]
    [DataRow("POST", 1, 503)]
    [DataRow("DELETE", 1, 503)]
    public async Task Only_what_changes_nothing_is_sent_again_when_a_server_refuses_it(string method, int times, int status)
    {
        await using var proxy = await Proxy.StartAsync(first => first ? Behaviour.Refuse : Behaviour.Answer);

        using var reply = await proxy.AskAsync(method);

        Assert.HasCount(times, proxy.Arrived);
        Assert.AreEqual(status, (int)reply.StatusCode);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("GET")]
    [DataRow("POST")]
    [DataRow("PATCH")]
    public async Task Where_no_connection_can_be_made_the_other_server_is_asked(string method)
    {
        await using var proxy = await Proxy.StartAsync(_ => Behaviour.Answer, firstIsAway: true);

        for (var time = 1; time <= 6; time++)
        {
            using var reply = await proxy.AskAsync(method);

            Assert.AreEqual(HttpStatusCode.OK, reply.StatusCode);
            Assert.HasCount(time, proxy.Arrived);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task Where_every_server_breaks_off_the_answer_says_so_in_the_usual_form()
    {
        await using var proxy = await Proxy.StartAsync(_ => Behaviour.BreakOff);

        using var reply = await proxy.AskAsync("GET");

        Assert.AreEqual(HttpStatusCode.BadGateway, reply.StatusCode);
        Assert.AreEqual("application/problem+json", reply.Content.Headers.ContentType!.MediaType);
        Assert.Contains("\"status\":502", await reply.Content.ReadAsStringAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Reads_share_kept_connections_and_writes_have_their_own()
    {
        await using var proxy = await Proxy.StartAsync(_ => Behaviour.Answer);

        foreach (var method in (string[])["GET", "GET", "POST", "POST"]) (await proxy.AskAsync(method)).Dispose();

        Assert.AreEqual(2, proxy.Arrived.Count(head => head.Contains("Connection: close", StringComparison.OrdinalIgnoreCase)));
        foreach (var head in proxy.Arrived)
        {
            Assert.Contains("HTTP/1.1\r\nHost: 127.0.0.1\r\n", head);
            Assert.Contains("X-Forwarded-For: 127.0.0.1\r\n", head);
            Assert.Contains("X-Forwarded-Proto: https\r\n", head);
            Assert.Contains($"X-Forwarded-Host: localhost:{proxy.Port}\r\n", head);
            Assert.DoesNotContain("X-Forwarded-Prefix", head);
            Assert.DoesNotContain("evil", head, "what the client says of itself is not passed on");
        }
    }

    enum Behaviour
    {
        Answer,
        Refuse,
        BreakOff,
    }

    /// <summary>nginx with deploy/nginx.conf and two servers that do as they are told.</summary>
    sealed class Proxy : IAsyncDisposable
    {
        readonly TemporaryFolder folder = new();
        readonly List<TcpListener> listeners = [];
        readonly int port = Ports.Free();
        Process? nginx;
        int requests;

        /// <summary>The heads that reached a server.</summary>
        public ConcurrentQueue<string> Arrived { get; } = [];

        public int Port => port;

        /// <param name="behaviour">What a server does with a request, asked whether it is the first that came.</param>
        public static async Task<Proxy> StartAsync(Func<bool, Behaviour> behaviour, bool firstIsAway = false)
        {
            var proxy = new Proxy();
            int[] ports = [firstIsAway ? Ports.Free() : proxy.Listen(behaviour), proxy.Listen(behaviour)];
            var servers = string.Concat(ports.Select(port => $"server 127.0.0.1:{port};\n"));
            proxy.folder.Write("nginx.conf", await File.ReadAllTextAsync(Path.Join(TestServer.Root, "deploy", "nginx.conf")));
            proxy.folder.Write("servers.conf", $"upstream readers {{\n{servers}keepalive 8;\n}}\nupstream writers {{\n{servers}}}\n");
            proxy.folder.Write(
                "site.conf",
                $"listen 127.0.0.1:{proxy.port} ssl http2;\nserver_name localhost;\n"
                + "ssl_certificate certificate.pem;\nssl_certificate_key key.pem;\n");
            var (exitCode, _, errors) = await TestServer.RunAsync(Programs.Start("openssl",
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                "-keyout", proxy.In("key.pem"), "-out", proxy.In("certificate.pem")));
            Assert.AreEqual(0, exitCode, errors);
            // One worker, run by whoever runs the test, asks the servers in turn.
            var asRoot = Environment.UserName == "root" ? "user root;" : "";
            var conf = await File.ReadAllTextAsync(proxy.In("nginx.conf"));
            conf = conf.Replace("worker_processes auto", "worker_processes 1", StringComparison.Ordinal);
            await File.WriteAllTextAsync(proxy.In("nginx.conf"), conf);
            proxy.nginx = Process.Start(Programs.Start(
                "nginx", "-p", proxy.folder.Path, "-c", proxy.In("nginx.conf"), "-e", "stderr", "-g", $"daemon off; {asRoot}"))!;
            await Wait.UntilAsync(() => Ports.AnswersAsync(new Uri($"https://127.0.0.1:{proxy.port}/")), "nginx listens");
            return proxy;
        }

        public async Task<HttpResponseMessage> AskAsync(string method)
        {
            var certificate = await File.ReadAllTextAsync(In("certificate.pem"));
            using var client = new HttpClient(new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.ExportCertificatePem() == certificate.Trim(),
            });
            using var request = new HttpRequestMessage(new HttpMethod(method), $"https://localhost:{port}/thing");
            foreach (var field in (string[])["For", "Proto", "Host", "Prefix"]) request.Headers.Add($"X-Forwarded-{field}", "/evil");
            if (method is not ("GET" or "HEAD" or "DELETE")) request.Content = new StringContent("body");
            return await client.SendAsync(request);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var listener in listeners) listener.Dispose();
            if (nginx is not null)
            {
                await TestServer.RunAsync(Programs.Start("kill", "-TERM", $"{nginx.Id}"));
                await nginx.WaitForExitAsync();
                nginx.Dispose();
            }
            folder.Dispose();
        }

        string In(string name) => Path.Join(folder.Path, name);

        int Listen(Func<bool, Behaviour> behaviour)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            listeners.Add(listener);
            _ = AcceptAsync(listener, behaviour);
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        async Task AcceptAsync(TcpListener listener, Func<bool, Behaviour> behaviour)
        {
            try
            {
                while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(), behaviour);
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        async Task ServeAsync(TcpClient client, Func<bool, Behaviour> behaviour)
        {
            using var owned = client;
            var stream = client.GetStream();
            var buffer = new byte[16 << 10];
            for (int length; (length = await stream.ReadAsync(buffer)) > 0;)
            {
                var head = Encoding.ASCII.GetString(buffer, 0, length); // on loopback nginx sends a small request in one piece
                Arrived.Enqueue(head);
                var what = behaviour(Interlocked.Increment(ref requests) == 1);
                if (what == Behaviour.BreakOff) return;
                var answer = what == Behaviour.Refuse
                    ? "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
                    : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
        }
    }
}
