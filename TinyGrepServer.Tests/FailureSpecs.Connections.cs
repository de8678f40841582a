// The rows of docs/failures.md about clients that cost more than they should.

using System.Globalization;

namespace TinyGrepServer.Tests;

public sealed partial class FailureSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task A_header_never_ends()
    {
        await using var server = await TestServer.StartAsync("--header-timeout", "1s");
        using var client = await RawClient.ConnectAsync(server.Url);

        await client.SendAsync("GET /livez HTTP/1.1\r\nHost: 127.");

        Assert.AreEqual("", await client.ReadToEndAsync());
        await Wait.UntilAsync(
            () => server.Log.Contains("Dropped 1 connections: header_timeout", StringComparison.Ordinal), "the log line");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Bodies_take_all_the_memory_there_is_for_them()
    {
        const int Budget = 16 << 20;
        var limit = (8 * Budget).ToString("x", CultureInfo.InvariantCulture);
        var small = new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = limit };
        await using var server = await TestServer.StartAsync(small);
        var request = RawClient.Request("POST", "/api/v1/json", new string(' ', 1 << 20));
        var holders = new List<RawClient>();
        for (var opened = 0; opened < 16; opened++)
        {
            holders.Add(await RawClient.ConnectAsync(server.Url));
            await holders[^1].SendAsync(request[..^1]);
        }
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_body_memory_bytes") == Budget, "all of it is taken");

        var refused = await RawClient.AskAsync(server.Url, request);
        holders.ForEach(client => client.Dispose());

        Assert.AreEqual(503, refused?.Status);
        Assert.IsNotNull(refused!.Header("Retry-After"));
    }
}
