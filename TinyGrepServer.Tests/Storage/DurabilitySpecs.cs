// A 201 is a promise: whatever is killed at whatever moment, the text is there afterwards, whole.
// TINYGREP_TEST_KILLS says how often the server is killed; a few times by default, for time's sake.

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using TinyGrepServer.Tests.Messages;

namespace TinyGrepServer.Tests.Storage;

[TestClass]
public sealed class DurabilitySpecs
{
    const int Writers = 16;

    [TestMethod, Timeout(900_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Nothing_is_lost_when_the_server_is_killed(Engine engine)
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("TINYGREP_TEST_KILLS") ?? "6", CultureInfo.InvariantCulture);
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(engine, folder);
        var random = new Random(kills);
        ConcurrentDictionary<string, string> promised = [];

        for (var kill = 0; kill < kills; kill++)
        {
            await using var server = await TestServer.StartAsync(options);
            using var stop = new CancellationTokenSource();
            var enough = promised.Count + random.Next(1, 200);
            var writing = Enumerable.Range(0, Writers)
                .Select(writer => WriteAsync(server, $"{kill} {writer}", promised, stop.Token))
                .ToList();
            await Wait.UntilAsync(() => promised.Count >= enough, "the writers write", TimeSpan.FromSeconds(60));
            server.Signal(TestServer.KillNow);
            await stop.CancelAsync();
            await Task.WhenAll(writing);
        }

        await using var after = await TestServer.StartAsync(options);
        await NothingIsLostAsync(after, promised);
    }

    [TestMethod, Timeout(300_000)]
    public async Task Nothing_is_lost_when_PostgreSQL_crashes_and_the_server_goes_on_by_itself()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var server = await TestServer.StartAsync("--database", await postgres.NewDatabaseAsync());
        ConcurrentDictionary<string, string> promised = [];
        using var stop = new CancellationTokenSource();
        var writing = Enumerable.Range(0, Writers).Select(writer => WriteAsync(server, $"{writer}", promised, stop.Token)).ToList();

        for (var crash = 0; crash < 3; crash++)
        {
            var enough = promised.Count + 100;
            await Wait.UntilAsync(() => promised.Count >= enough, "the writers write", TimeSpan.FromSeconds(60));
            await postgres.StopAsync(crash: true);
            await postgres.StartAgainAsync();
        }
        var last = promised.Count + 100;
        await Wait.UntilAsync(() => promised.Count >= last, "the writers write again", TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await Task.WhenAll(writing);

        await NothingIsLostAsync(server, promised);
        using var ready = await server.Http.GetAsync("/readyz");
        Assert.AreEqual(HttpStatusCode.OK, ready.StatusCode);
    }

    /// <summary>Posts text after text; a 201 or a 200 is a promise that the text stays. Any other answer must be a 503.</summary>
    static async Task WriteAsync(TestServer server, string name, ConcurrentDictionary<string, string> promised, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var text = $"{name} {number} {new string('x', number % 7 * 1_000)}";
            try
            {
                using var reply = await server.Http.PostAsync("/messages", MessagesSpecs.Raw(text), CancellationToken.None);
                if (reply.IsSuccessStatusCode)
                {
                    promised[reply.Headers.Location!.ToString()] = text;
                    continue;
                }
                var answer = await reply.Content.ReadAsStringAsync(CancellationToken.None);
                Assert.AreEqual(HttpStatusCode.ServiceUnavailable, reply.StatusCode, answer);
            }
            catch (HttpRequestException)
            {
                // The server is dead: nothing was promised. It comes back under another address.
                if (server.Process.HasExited || stop.IsCancellationRequested) return;
            }
        }
    }

    static async Task NothingIsLostAsync(TestServer server, ConcurrentDictionary<string, string> promised)
    {
        ConcurrentBag<string> lost = [];
        await Parallel.ForEachAsync(promised, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (one, _) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, one.Key);
            request.Headers.Add("Accept", "text/plain");
            using var reply = await server.Http.SendAsync(request, CancellationToken.None);
            if (await reply.Content.ReadAsStringAsync(CancellationToken.None) != one.Value) lost.Add($"{(int)reply.StatusCode} {one.Key}");
        });
        Assert.IsEmpty(lost, $"{lost.Count} of {promised.Count} are lost");
    }
}
