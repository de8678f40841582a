// The rows about the relay's upstream.

using System.Net;
using System.Net.Sockets;

namespace TinyGrepServer.Tests;

public sealed partial class FailureSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task The_upstream_is_down()
    {
        await using var server = await TestServer.StartAsync("--upstream", $"http://127.0.0.1:{Ports.Free()}/");

        for (var request = 0; request < 4; request++)
        {
            var reply = await server.Http.GetAsync("/api/smart");
            Assert.AreEqual(HttpStatusCode.BadGateway, reply.StatusCode);
            StringAssert.Contains(
                await reply.Content.ReadAsStringAsync(),
                "1: connection refused; 2: connection refused; 3: connection refused.",
                StringComparison.Ordinal);
        }
        var ready = await server.Http.GetAsync("/readyz");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        StringAssert.Contains(
            await ready.Content.ReadAsStringAsync(),
            "\"upstream_default\":\"the last 10 attempts have all failed\"",
            StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_upstream_hangs()
    {
        using var upstream = new TcpListener(IPAddress.Loopback, 0);
        upstream.Start();
        await using var server = await TestServer.StartAsync("--upstream", $"http://{upstream.LocalEndpoint}/");

        var reply = await server.Http.GetAsync("/api/smart?timeout=2000"); // the first attempt may take a while to begin

        Assert.AreEqual(HttpStatusCode.GatewayTimeout, reply.StatusCode);
        StringAssert.Contains(reply.Headers.GetValues("Server-Timing").Single(), "ended by the timeout", StringComparison.Ordinal);
    }
}
