// What nginx adds in front of two servers: TLS, HTTP/2, limits for slow and large requests, and nothing of the inside seen
// from outside. And what servers share: the database and the key file.

using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace TinyGrepServer.Tests.Deploy;

[TestClass]
public sealed class ProxySpecs
{
    static Cluster? shared;

    static Cluster Servers => shared!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => shared = await Cluster.StartAsync(2, "--open-tokens");

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (shared is not null) await shared.DisposeAsync();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Nginx_takes_the_configuration()
    {
        var nginx = Path.Join(Servers.Data, "nginx");
        var (exitCode, _, errors) = await TestServer.RunAsync(
            Programs.Start("nginx", ["-t", "-p", nginx, "-c", Path.Join(nginx, "nginx.conf"), "-e", "stderr"]));

        Assert.AreEqual(0, exitCode, errors);
        Assert.DoesNotContain("[warn]", errors);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(1, 1)]
    [DataRow(2, 0)]
    public async Task Answers_come_over_TLS_with_links_to_the_address_in_front(int major, int minor)
    {
        using var client = Servers.NewClient(new Version(major, minor));

        using var reply = await client.GetAsync("/nope");

        Assert.AreEqual(HttpStatusCode.NotFound, reply.StatusCode);
        Assert.AreEqual(new Version(major, minor), reply.Version);
        Assert.Contains($"Instructions: {Servers.Url}api/v1/web", await reply.Content.ReadAsStringAsync());
        Assert.IsFalse(reply.Headers.Contains("Strict-Transport-Security"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_client_that_sends_its_header_byte_by_byte_is_cut_off()
    {
        await using var stream = await Servers.ConnectAsync();
        await stream.WriteAsync("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: "u8.ToArray());
        var began = Stopwatch.StartNew();

        await TrickleAsync(stream);

        Assert.IsTrue(began.Elapsed > TimeSpan.FromSeconds(1) && began.Elapsed < TimeSpan.FromSeconds(15), $"{began.Elapsed}");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_body_over_the_limit_gets_413_with_and_without_a_length()
    {
        using var client = Servers.NewClient(HttpVersion.Version11);
        foreach (var chunked in (bool[])[false, true])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/messages");
            request.Content = new ByteArrayContent(new byte[(2 << 20) + 1]);
            request.Headers.TransferEncodingChunked = chunked;
            request.Headers.ExpectContinue = true; // or the client may see its upload cut before it reads the answer

            using var reply = await client.SendAsync(request);

            Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, reply.StatusCode);
            Assert.AreEqual("application/problem+json", reply.Content.Headers.ContentType!.MediaType);
            Assert.AreEqual(413, (await reply.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetInt32());
        }
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n", 400)]
    [DataRow("GET /livez HTTP/1.1\r\nHost: evil.example\r\n", 421)]
    [DataRow("GET /livez HTTP/1.1\r\nHost: localhost.evil.example\r\n", 421)]
    [DataRow("GET /livez HTTP/1.1\r\n", 400)]
    [DataRow("GET /livez HTTP/1.1\r\nHost : localhost\r\n", 400)]
    [DataRow("GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 1\r\n", 400)]
    [DataRow("POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400)]
    [DataRow("GET /metrics HTTP/1.1\r\nHost: localhost\r\n", 404)]
    [DataRow("GET /%6Detrics HTTP/1.1\r\nHost: localhost\r\n", 404)]
    [DataRow("GET //metrics HTTP/1.1\r\nHost: localhost\r\n", 404)]
    [DataRow("GET /x/../metrics HTTP/1.1\r\nHost: localhost\r\n", 404)]
    [DataRow("GET http://localhost/metrics HTTP/1.1\r\nHost: localhost\r\n", 404)]
    [DataRow("GET /internal/anything HTTP/1.1\r\nHost: localhost\r\n", 404)]
    [DataRow("GET /livez HTTP/1.1\r\nHost: 127.0.0.1:8443\r\n", 200)]
    public async Task Hostile_and_inner_requests_end_at_nginx(string head, int status)
    {
        await using var stream = await Servers.ConnectAsync();

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}Connection: close\r\n\r\n"));

        Assert.StartsWith($"HTTP/1.1 {status} ", await ReadToEndAsync(stream));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_request_line_over_8_KiB_gets_414()
    {
        await using var stream = await Servers.ConnectAsync();

        var head = $"GET /livez?{new string('a', 9_000)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));

        Assert.StartsWith("HTTP/1.1 414 ", await ReadToEndAsync(stream));
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_a_client_says_of_its_address_is_not_believed()
    {
        using var client = Servers.NewClient(HttpVersion.Version20);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        client.DefaultRequestHeaders.Add("X-Request-Id", "where-from");

        await client.GetStringAsync("/api/v1/dictionaries");

        await Wait.UntilAsync(
            async () => (await LogsAsync()).Contains("where-from", StringComparison.Ordinal), "the log has the request");
        Assert.DoesNotContain("203.0.113.7", await LogsAsync());

        static async Task<string> LogsAsync() => await Servers.LogAsync("server-1") + await Servers.LogAsync("server-2");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("https://localhost:{port}", "localhost:{port}", true)]
    [DataRow("https://127.0.0.1:{port}", "127.0.0.1:{port}", true)]
    [DataRow("https://evil.example", "localhost:{port}", false)]
    [DataRow("https://localhost", "localhost:{port}", false)]
    [DataRow("http://127.0.0.1", "localhost:{port}", false)]
    [DataRow("null", "localhost:{port}", false)]
    public async Task Our_own_pages_post_through_it_and_others_do_not(string? origin, string? host, bool isOurs)
    {
        foreach (var version in (Version[])[HttpVersion.Version11, HttpVersion.Version20])
        {
            using var client = Servers.NewClient(version);
            client.DefaultRequestHeaders.Host = WithPort(host);
            client.DefaultRequestHeaders.Add("Origin", WithPort(origin));
            client.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");

            using var reply = await client.PostAsJsonAsync("/messages", new { message = "from a page" });

            Assert.AreEqual(
                isOurs, reply.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created, await reply.Content.ReadAsStringAsync());
        }

        static string WithPort(string? text) => $"{text}".Replace("{port}", $"{Servers.Port}", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Tokens_of_one_server_and_messages_of_one_are_good_at_the_other()
    {
        using var first = new HttpClient { BaseAddress = Servers.UrlOf(1) };
        using var second = new HttpClient { BaseAddress = Servers.UrlOf(2) };

        using var given = await first.PostAsJsonAsync("/api/token", new { user = "ann" });
        using var stored = await first.PostAsJsonAsync("/messages", new { message = "seen by both" });
        var token = (await given.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        second.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var movies = await second.GetAsync("/api/v1/movies");
        var message = await second.GetStringAsync(stored.Headers.Location);

        Assert.AreEqual(HttpStatusCode.OK, movies.StatusCode);
        Assert.AreEqual("""{"message":"seen by both"}""", message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_servers_are_not_the_databases_superuser()
    {
        var rights = await Servers.QueryAsync(
            "SELECT concat_ws(' ', rolname, rolsuper, rolcreatedb, rolcreaterole) FROM pg_roles WHERE rolname = current_user");

        Assert.AreEqual("tinygrep f f f", rights.Single());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Servers_that_start_at_once_make_the_tables_once()
    {
        var steps = await Servers.QueryAsync(
            "SELECT slice || ' ' || number || ' ' || count(*) FROM schema_migrations GROUP BY slice, number");

        Assert.IsNotEmpty(steps);
        foreach (var step in steps) Assert.EndsWith(" 1", step);
        foreach (var server in (string[])["server-1", "server-2"]) Assert.DoesNotContain("fail:", await Servers.LogAsync(server));
        Assert.DoesNotContain("already exists", await Servers.LogAsync("postgresql"));
    }

    /// <summary>Sends a byte ten times a second until the other side has closed the connection.</summary>
    static async Task TrickleAsync(Stream stream)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await tick.WaitForNextTickAsync()) await stream.WriteAsync("x"u8.ToArray());
        }
        catch (IOException)
        {
            // Closed.
        }
    }

    static async Task<string> ReadToEndAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        try
        {
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
