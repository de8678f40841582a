// nginx as it comes asks in HTTP/1.0, which knows no chunks: the end of the connection is the end of a streamed answer.

using System.Text.Json;
using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Deploy;

[TestClass]
public sealed class StockNginxSpecs
{
    [TestMethod, Timeout(60_000)]
    [DataRow("identity")]
    [DataRow("gzip")]
    public async Task Streamed_answers_pass_through_it_whole(string coding)
    {
        using var folder = new TemporaryFolder();
        var lines = Enumerable.Range(0, 60_000).Select(number => $"line {number} of a dictionary that does not fit into one reply\n");
        folder.Write("large.txt", string.Concat(lines));
        await using var server = await TestServer.StartAsync("--dicts", folder.Path);
        await using var nginx = await Nginx.StartStockAsync(server.Url);
        using var handler = new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.All };
        using var client = new HttpClient(handler) { BaseAddress = nginx.Url };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Encoding", coding);

        var answer = JsonDocument.Parse(await client.GetStringAsync("/api/v1/search?q=line&limit=10000")).RootElement;
        var alive = await client.GetStringAsync("/livez");

        Assert.AreEqual(10_000, answer.GetProperty("count").GetInt32());
        Assert.AreEqual("""{"status":"ok","checks":{}}""", alive);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Events_pass_through_it_as_they_come()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("app.log", "");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path);
        await using var nginx = await Nginx.StartStockAsync(server.Url);
        await using (var client = await FollowClient.StartAsync(nginx.Url, "q=hit&dictionary=app.log"))
        {
            for (var line = 1; line <= 3; line++)
            {
                await File.AppendAllTextAsync(log, $"hit {line}\n");
                Assert.AreEqual($"app.log:{line}:hit {line}", await client.NextShortAsync());
            }
        }
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_follows") == 0, "the server notices that the client has left");
    }
}
