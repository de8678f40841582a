// The relay over HTTP: what counts as a success, what the client is told, and how it stops. Where requests are counted, a machine that
// stands still must not begin a hedge: the budget is nothing then.

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TinyGrepServer.Tests.Relay;

[TestClass]
public sealed class RelaySpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task The_first_success_goes_to_the_client_as_it_stands()
    {
        await using var upstream = ScriptedUpstream.Always("{ \"time\" : 1 }", fields: "Content-Type: Application/JSON; charset=utf-8\r\n");
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString(), "--hedge-budget", "0%");

        var reply = await server.Http.GetAsync("/api/smart");

        Assert.AreEqual(HttpStatusCode.OK, reply.StatusCode);
        Assert.AreEqual("{ \"time\" : 1 }", await reply.Content.ReadAsStringAsync());
        Assert.AreEqual("application/json", reply.Content.Headers.ContentType?.ToString());
        Assert.AreEqual(1, upstream.Requests);
        StringAssert.StartsWith(upstream.Heads[0], "GET /api/work HTTP/1.1\r\n", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_byte_order_mark_before_the_JSON_is_passed_over_and_not_passed_on()
    {
        await using var upstream = ScriptedUpstream.Always("\ufeff{\"time\":1}");
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString(), "--hedge-budget", "0%");

        var reply = await server.Http.GetByteArrayAsync("/api/smart");

        Assert.AreEqual("{\"time\":1}", Encoding.UTF8.GetString(reply));
        Assert.AreEqual(1, upstream.Requests);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("0", 504)]
    [DataRow("2147483647", 200)]
    [DataRow("5000", 200)]
    [DataRow("007000", 200)]
    [DataRow("-5", 400)]
    [DataRow("1.5", 400)]
    [DataRow("abc", 400)]
    [DataRow("", 400)]
    [DataRow("2147483648", 400)]
    [DataRow("99999999999999999999", 400)]
    [DataRow("+5", 400)]
    [DataRow("%205", 400)]
    [DataRow("5&timeout=5", 400)]
    [DataRow("5&more=1", 400)]
    [DataRow("1e3", 400)]
    [DataRow("%D9%A1", 400)]
    public async Task Every_timeout_has_one_meaning(string timeout, int status)
    {
        await using var upstream = ScriptedUpstream.Always("{}");
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString(), "--hedge-budget", "0%");

        var reply = await server.Http.GetAsync($"/api/smart?timeout={timeout}");

        Assert.AreEqual(status, (int)reply.StatusCode);
        Assert.AreEqual(status == 200 ? 1 : 0, upstream.Requests);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("{}", "500 Oops", "Content-Type: application/json\r\n", "status 500")]
    [DataRow("{}", "200 OK", "Content-Type: text/html\r\n", "media type text/html")]
    [DataRow("{}", "200 OK", "", "no media type")]
    [DataRow("", "200 OK", "Content-Type: application/json\r\n", "an empty body")]
    [DataRow("{", "200 OK", "Content-Type: application/json\r\n", "a body that is not JSON")]
    [DataRow("{} {}", "200 OK", "Content-Type: application/json\r\n", "a body that is not JSON")]
    [DataRow("hello", "200 OK", "Content-Type: application/json\r\n", "a body that is not JSON")]
    public async Task Only_a_200_of_JSON_that_parses_is_a_success(string body, string status, string fields, string why)
    {
        await using var upstream = ScriptedUpstream.Always(body, status, fields);
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString());

        var reply = await server.Http.GetAsync("/api/smart?timeout=5000");
        var text = await reply.Content.ReadAsStringAsync();

        Assert.AreEqual(HttpStatusCode.BadGateway, reply.StatusCode);
        StringAssert.Contains(text, $"in 3 attempts. 1: {why}; 2: {why}; 3: {why}.", StringComparison.Ordinal);
        Assert.AreEqual(3, upstream.Requests);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("declared"), DataRow("sent"), DataRow("endless")]
    public async Task A_body_over_1_MiB_is_a_failure_however_it_comes(string kind)
    {
        await using var upstream = new ScriptedUpstream(async (_, connection) =>
        {
            var length = kind switch
            {
                "declared" => "Content-Length: 10485760\r\n",
                "sent" => "Connection: close\r\n",
                _ => "Transfer-Encoding: chunked\r\n",
            };
            await connection.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{length}\r\n"));
            var piece = new string(' ', 0x8000);
            var bytes = Encoding.ASCII.GetBytes(kind == "endless" ? $"8000\r\n{piece}\r\n" : piece);
            for (var sent = 0; kind == "endless" || sent < 320; sent++) await connection.WriteAsync(bytes);
        });
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString());

        var reply = await server.Http.GetAsync("/api/smart?timeout=20000");

        Assert.AreEqual(HttpStatusCode.BadGateway, reply.StatusCode);
        StringAssert.Contains(await reply.Content.ReadAsStringAsync(), "a body over 1 MiB", StringComparison.Ordinal);
        await Wait.UntilAsync(() => upstream.Ended == upstream.Connections, "its connections are closed");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_body_of_exactly_1_MiB_is_passed_on()
    {
        var body = $"\"{new string('x', (1 << 20) - 2)}\"";
        await using var upstream = ScriptedUpstream.Always(body);
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString());

        Assert.AreEqual(body, await server.Http.GetStringAsync("/api/smart"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{}", "an answer that was cut")]
    [DataRow("", "an answer that was cut")]
    [DataRow("hello\r\n\r\n", "an answer that is not HTTP")]
    public async Task A_connection_that_breaks_off_is_a_failure(string sent, string why)
    {
        await using var upstream = new ScriptedUpstream(async (_, connection) =>
        {
            await connection.WriteAsync(Encoding.ASCII.GetBytes(sent));
            connection.Socket.Shutdown(SocketShutdown.Both);
        });
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString());

        var reply = await server.Http.GetAsync("/api/smart?timeout=5000");

        Assert.AreEqual(HttpStatusCode.BadGateway, reply.StatusCode);
        StringAssert.Contains(await reply.Content.ReadAsStringAsync(), $"1: {why};", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_reset_and_a_trickle_lose_against_a_good_answer()
    {
        await using var upstream = new ScriptedUpstream(async (number, connection) =>
        {
            if (number == 1) connection.Socket.Close(0);
            if (number == 2)
            {
                await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"u8.ToArray());
                await ScriptedUpstream.Never(connection);
            }
            await connection.WriteAsync(ScriptedUpstream.Answer("{\"third\":true}"));
        });
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString());

        Assert.AreEqual("{\"third\":true}", await server.Http.GetStringAsync("/api/smart?timeout=10000"));
    }

    [TestMethod, DoNotParallelize, Timeout(60_000)]
    public async Task An_upstream_that_never_answers_is_a_504_close_to_the_timeout()
    {
        await using var upstream = new ScriptedUpstream((_, connection) => ScriptedUpstream.Never(connection));
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString());
        await server.Http.GetAsync("/api/smart?timeout=10"); // compiles

        List<double> overdue = [];
        for (var request = 0; request < 9; request++)
        {
            var reply = await server.Http.GetAsync("/api/smart?timeout=100");
            Assert.AreEqual(HttpStatusCode.GatewayTimeout, reply.StatusCode);
            var total = reply.Headers.GetValues("Server-Timing").Single().Split("relay;dur=")[1];
            overdue.Add(double.Parse(total, CultureInfo.InvariantCulture) - 100);
        }

        overdue.Sort();
        Assert.IsGreaterThan(-5.0, overdue[4], "the runtime's timers go by a clock that ticks every 4 ms");
        Assert.IsGreaterThan(-9.0, overdue[0], "and a virtual machine may miss one tick");
        Assert.IsLessThan(20.0, overdue[4], "the median, for a machine that others use, too");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Fields_of_one_hop_and_cookies_stay_behind()
    {
        await using var upstream = ScriptedUpstream.Always("{}", fields: string.Concat(
            "Content-Type: application/json\r\n",
            "Connection: keep-alive, Expires\r\n",
            "Keep-Alive: timeout=77\r\n",
            "Expires: 0\r\n",
            "Proxy-Authenticate: Basic\r\n",
            "Trailer: X\r\n",
            "Upgrade: h2c\r\n",
            "Set-Cookie: a=b\r\n",
            "X-Secret: 1\r\n",
            "Cache-Control: max-age=5\r\n"));
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString());

        var asked = RawClient.Request(
            "GET", "/api/smart", null, "Cookie: secret=1", "Authorization: Bearer secret", "X-Request-Id: find-me");
        var reply = await RawClient.AskAsync(server.Url, asked);

        Assert.AreEqual(200, reply!.Status);
        Assert.AreEqual("max-age=5", reply.Header("Cache-Control"));
        foreach (var name in new[] { "Keep-Alive", "Expires", "Proxy-Authenticate", "Trailer", "Upgrade", "Set-Cookie", "X-Secret" })
            Assert.IsFalse(reply.Header(name)?.Contains("77", StringComparison.Ordinal) ?? (reply.Header(name) is not null), name);
        Assert.DoesNotContain("secret", upstream.Heads[0]);
        StringAssert.Contains(upstream.Heads[0], "X-Request-Id: find-me\r\n", StringComparison.OrdinalIgnoreCase);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Only_named_upstreams_can_be_reached()
    {
        await using var cats = ScriptedUpstream.Always("\"cats\"");
        await using var dogs = ScriptedUpstream.Always("\"dogs\"");
        await using var server = await TestServer.StartAsync("--upstream", $"cats={cats.Url}", "--upstream", $"dogs={dogs.Url}");

        Assert.AreEqual("\"cats\"", await server.Http.GetStringAsync("/api/v1/relay/cats"));
        Assert.AreEqual("\"dogs\"", await server.Http.GetStringAsync("/api/v1/relay/dogs?timeout=5000"));
        Assert.AreEqual(HttpStatusCode.NotFound, (await server.Http.GetAsync("/api/v1/relay/birds")).StatusCode);
        var address = Uri.EscapeDataString(cats.Url.ToString());
        Assert.AreEqual(HttpStatusCode.NotFound, (await server.Http.GetAsync($"/api/v1/relay/{address}")).StatusCode);
        Assert.AreEqual(HttpStatusCode.NotImplemented, (await server.Http.GetAsync("/api/smart")).StatusCode);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Without_an_upstream_the_relay_is_not_there()
    {
        await using var server = await TestServer.StartAsync();

        Assert.AreEqual(HttpStatusCode.NotImplemented, (await server.Http.GetAsync("/api/smart")).StatusCode);
        Assert.AreEqual(HttpStatusCode.NotImplemented, (await server.Http.GetAsync("/api/v1/relay/cats")).StatusCode);
        Assert.DoesNotContain("upstream", await server.Http.GetStringAsync("/readyz"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_success_has_the_members_that_are_required()
    {
        await using var upstream = new ScriptedUpstream(async (number, connection) =>
        {
            var body = number switch { 1 => "{\"Time\":1}", 2 => "[\"time\"]", _ => "{\"time\":null}" };
            await connection.WriteAsync(ScriptedUpstream.Answer(body));
        });
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString(), "--upstream-require", "time");

        var reply = await server.Http.GetAsync("/api/smart");

        Assert.AreEqual("{\"time\":null}", await reply.Content.ReadAsStringAsync());
        StringAssert.Contains(reply.Headers.GetValues("Server-Timing").Single(), "failed, no member 'time'", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Attempts_are_counted_by_what_became_of_them()
    {
        await using var upstream = ScriptedUpstream.Always("{}", "500 Oops");
        await using var server = await TestServer.StartAsync("--upstream", $"cats={upstream.Url}", "--hedge-budget", "0%");

        var reply = await server.Http.GetAsync("/api/v1/relay/cats");
        var metrics = await server.Http.GetStringAsync("/metrics");

        Assert.AreEqual("off", reply.Headers.GetValues("X-Hedging").Single());
        StringAssert.Contains(metrics, "tinygrep_relay_attempts_total{upstream=\"cats\",outcome=\"failed\"} 1\n", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_stop_lets_a_running_relay_finish()
    {
        var release = new TaskCompletionSource();
        await using var upstream = new ScriptedUpstream(async (_, connection) =>
        {
            await release.Task;
            await connection.WriteAsync(ScriptedUpstream.Answer("\"late\""));
        });
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString());

        var asking = server.Http.GetStringAsync("/api/smart");
        await Wait.UntilAsync(() => upstream.Requests >= 1, "the request runs");
        server.Signal(TestServer.Terminate);
        release.SetResult();

        Assert.AreEqual("\"late\"", await asking);
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_stop_whose_time_is_up_cancels_a_relay_with_503()
    {
        await using var upstream = new ScriptedUpstream((_, connection) => ScriptedUpstream.Never(connection));
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString(), "--shutdown-timeout", "100ms");

        var asking = server.Http.GetAsync("/api/smart");
        await Wait.UntilAsync(() => upstream.Requests >= 1, "the request runs");
        server.Signal(TestServer.Terminate);

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, (await asking).StatusCode);
        Assert.AreEqual(1, await server.WaitForExitAsync());
    }
}
