// Ten times more searches than may run, from clients that leave: refusals come at once, the number of greps stays
// bounded, and afterwards all gauges are back where they were.

namespace TinyGrepServer.Tests.Server;

public sealed partial class HttpListenerTrapsSpecs
{
    const int MaxSearches = 4;

    [TestMethod, Timeout(120_000)]
    public async Task Ten_times_the_searches_that_may_run_are_refused_quickly_and_leave_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(
            "--dicts", BigDictionary.In(folder), "--max-searches", $"{MaxSearches}", "--queue", $"{MaxSearches}");
        var running = new List<RawClient>();
        for (var asked = 0; asked < 2 * MaxSearches; asked++) running.Add(await BigDictionary.AskWithoutReadingAsync(server));
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_search_queue_length") == MaxSearches, "every place is taken");
        await Wait.UntilAsync(() => server.Children().Count == MaxSearches, "each place has its grep");

        var refused = await Task.WhenAll(Enumerable.Range(0, 8 * MaxSearches)
            .Select(_ => RawClient.AskAsync(server.Url, BigDictionary.NewRequest())));
        var greps = server.Children().Count;
        running.ForEach(client => client.Vanish());

        Assert.IsTrue(refused.All(reply => reply is { Status: 503, Whole: true } && reply.Header("Retry-After") is not null));
        Assert.AreEqual(MaxSearches, greps);
        await AssertGaugesAreBackAsync(server);
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_storm_of_clients_that_leave_never_has_more_greps_than_may_run()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(
            "--dicts", BigDictionary.In(folder), "--max-searches", $"{MaxSearches}", "--queue", $"{MaxSearches}");
        var max = 0;
        using var over = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            while (!over.IsCancellationRequested && await tick.WaitForNextTickAsync()) max = Math.Max(max, server.Children().Count);
        });

        var storm = new ParallelOptions { MaxDegreeOfParallelism = 10 * MaxSearches };
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), storm, async (number, _) =>
        {
            using var client = await BigDictionary.AskWithoutReadingAsync(server);
            if (number % 2 == 0) await client.ReadHeadAsync();
            client.Vanish();
        });

        await AssertGaugesAreBackAsync(server);
        await over.CancelAsync();
        await watching;
        Assert.IsLessThanOrEqualTo(MaxSearches, max);
    }

    static async Task AssertGaugesAreBackAsync(TestServer server)
    {
        await AssertNothingRunsAsync(server);
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_searches_running") == 0, "no search runs");
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_search_queue_length") == 0, "none waits");
        await Wait.UntilAsync(() => server.Children().Count + ProcessTable.ZombiesOf(server.Process.Id).Count == 0, "no grep is left");
    }
}
