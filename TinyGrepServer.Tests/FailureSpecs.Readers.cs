// Failures that come from how answers are read.

using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests;

public sealed partial class FailureSpecs
{
    const string Hits = "q=hit&dictionary=app.log";

    [TestMethod, Timeout(120_000)]
    public async Task The_client_reads_slowly()
    {
        using var folder = ManyLines();
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--max-searches", "1", "--min-rate", "64MiB");
        using var slow = await RawClient.ConnectAsync(server.Url, receiveBuffer: 4 << 10);
        await slow.SendAsync(RawClient.Request("POST", "/api/v1/json", """{"action":"all"}"""));
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_searches_suspended") == 1, "it waits for its client");

        var other = await server.Http.GetStringAsync("/api/v1/search?q=needle&dictionary=small.txt");
        await Wait.UntilAsync(() => server.Log.Contains(" cut", StringComparison.Ordinal), "it is dropped", TimeSpan.FromSeconds(30));

        StringAssert.Contains(other, "\"count\":1", StringComparison.Ordinal);
        Assert.IsEmpty(server.Children());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Too_many_large_answers_at_once()
    {
        using var folder = ManyLines();
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--max-streams", "1");
        using var slow = await RawClient.ConnectAsync(server.Url, receiveBuffer: 4 << 10);
        await slow.SendAsync(RawClient.Request("POST", "/api/v1/json", """{"action":"all"}"""));
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_http_streams") == 1, "one is being sent");

        using var refused = await server.Http.GetAsync("/api/v1/dictionaries/quotes.txt");

        Assert.AreEqual(503, (int)refused.StatusCode);
        Assert.IsNotNull(refused.Headers.RetryAfter);
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_answer_is_larger_than_it_may_be()
    {
        using var folder = ManyLines();
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--answer-bytes", "64KiB");

        var answer = (await server.Http.GetFromJsonAsync<JsonObject>("/api/v1/search?q=x&limit=10000"))!;

        Assert.IsFalse((bool)answer["complete"]!);
        Assert.AreEqual("limit", (string?)answer["stop_reason"]);
        Assert.IsNotNull((string?)answer["next"]);
    }

    static TemporaryFolder ManyLines()
    {
        var folder = new TemporaryFolder();
        folder.Write("quotes.txt", string.Concat(Enumerable.Repeat(new string('x', 99) + "\n", 400_000)));
        folder.Write("small.txt", "a needle\n");
        return folder;
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_follower_does_not_read()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("app.log", "");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--write-timeout", "2s");
        using var sleeper = await RawClient.ConnectAsync(server.Url, receiveBuffer: 4 << 10);
        await sleeper.SendAsync(RawClient.Request("GET", $"/api/v1/follow?{Hits}"));
        await using var awake = await FollowClient.StartAsync(server.Url, Hits);
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_follows") == 2, "both follow");

        var text = $"hit {new string('x', 2_000)}\n";
        var lines = 0;
        while (await server.GaugeAsync("tinygrep_follows") == 2)
        {
            await File.AppendAllTextAsync(log, string.Concat(Enumerable.Repeat(text, 500)));
            for (var count = 0; count < 500; count++) Assert.AreEqual(++lines, (int)(await awake.NextAsync())!["line"]!);
        }

        await File.AppendAllTextAsync(log, "hit at last\n");
        Assert.AreEqual($"app.log:{lines + 1}:hit at last", await awake.NextShortAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Too_many_clients_follow()
    {
        using var folder = new TemporaryFolder();
        folder.Write("app.log", "");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--max-follows", "2");
        var first = await FollowClient.StartAsync(server.Url, Hits);
        await using var second = await FollowClient.StartAsync(server.Url, Hits);

        using var third = await server.Http.GetAsync($"/api/v1/follow?{Hits}");
        await first.DisposeAsync();
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_follows") == 1, "the first has left");
        await using var again = await FollowClient.StartAsync(server.Url, Hits);

        Assert.AreEqual(503, (int)third.StatusCode);
        Assert.IsNotNull(third.Headers.RetryAfter);
    }
}
