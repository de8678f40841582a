// What is counted of log-ins that fail, on a clock that the test moves: by user and address, by address alone, and never more
// than the tables hold.

using System.Diagnostics.Metrics;
using TinyGrepServer.Access;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Tests.Access;

[TestClass]
public sealed class FailedLoginsSpecs
{
    const string Home = "192.0.2.1";

    readonly FakeTime clock = new();
    readonly Meter meter = new("test");
    readonly PrometheusExporter exporter;
    readonly FailedLogins logins;

    public FailedLoginsSpecs()
    {
        exporter = new PrometheusExporter(meter);
        logins = new FailedLogins(new TableMetrics(meter), clock);
    }

    [TestCleanup]
    public void Remove()
    {
        exporter.Dispose();
        meter.Dispose();
    }

    [TestMethod]
    public async Task Ten_thousand_five_hundred_made_up_names_reset_nobody()
    {
        for (var attempt = 0; attempt < 5; attempt++) await FailAsync("ann", Home);

        var compared = 0;
        for (var name = 0; name < 10_500; name++)
        {
            try
            {
                await logins.TryAsync<string>($"user{name}", "198.51.100.7", isOneClient: true, () =>
                {
                    compared++;
                    return Task.FromResult<string?>(null);
                });
            }
            catch (ApiError refused)
            {
                Assert.AreEqual(429, refused.Status);
            }
        }

        Assert.AreEqual(50, compared, "so many an address may get wrong");
        Assert.AreEqual("60", (await RefusedAsync("ann", Home)).Headers.Single(field => field.Name == "Retry-After").Value);
        Assert.AreEqual(51, await GaugeAsync("failed_logins"), "a name that was not compared leaves nothing behind");
    }

    [TestMethod]
    public async Task A_full_table_forgets_the_oldest_and_says_so()
    {
        await FailAsync("first", Home);
        for (var attempt = 0; attempt < 5; attempt++) await FailAsync("second", Home);
        for (var address = 0; address < 9_999; address++) await FailAsync("bob", $"2001:db8:{address:x}::");

        await RefusedAsync("second", Home);

        Assert.AreEqual(10_000, await GaugeAsync("failed_logins"));
        StringAssert.Contains(await ScrapeAsync(), "tinygrep_access_evicted_total{table=\"failed_logins\"} 1\n", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Fifty_failures_of_an_address_close_it_for_a_minute_whoever_they_were_for()
    {
        for (var name = 0; name < 50; name++) await FailAsync($"user{name}", Home);

        await RefusedAsync("ann", Home);
        await SucceedAsync("ann", "192.0.2.2");
        clock.Advance(TimeSpan.FromMinutes(1));
        await SucceedAsync("ann", Home);
    }

    [TestMethod]
    public async Task Ones_own_right_password_does_not_wipe_out_what_was_guessed_for_others()
    {
        for (var round = 0; round < 12; round++)
        {
            for (var attempt = 0; attempt < 4; attempt++) await FailAsync($"user{round}", Home);
            await SucceedAsync("ann", Home);
        }
        for (var attempt = 0; attempt < 2; attempt++) await FailAsync("bob", Home);

        await RefusedAsync("ann", Home);
    }

    [TestMethod]
    public async Task At_most_two_of_an_address_are_compared_at_once()
    {
        var release = new TaskCompletionSource<string?>();
        var first = logins.TryAsync("ann", Home, isOneClient: true, () => release.Task);
        var second = logins.TryAsync("bob", Home, isOneClient: true, () => release.Task);

        var third = await RefusedAsync("zoe", Home);
        await SucceedAsync("zoe", "192.0.2.2");
        release.SetResult("right");

        Assert.AreEqual("right right", $"{await first} {await second}");
        Assert.AreEqual("1", third.Headers.Single(field => field.Name == "Retry-After").Value);
        await SucceedAsync("zoe", Home);
    }

    [TestMethod]
    public async Task What_runs_may_fail_so_no_more_are_begun_than_may_still_fail()
    {
        for (var attempt = 0; attempt < 4; attempt++) await FailAsync("ann", Home);
        var release = new TaskCompletionSource<string?>();
        var fifth = logins.TryAsync("ann", Home, isOneClient: true, () => release.Task);

        await RefusedAsync("ann", Home);
        release.SetResult(null);

        Assert.IsNull(await fifth);
        await RefusedAsync("ann", Home);
    }

    [TestMethod]
    public async Task A_comparison_that_could_not_be_made_is_no_failure()
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            await Assert.ThrowsExactlyAsync<ApiError>(
                () => logins.TryAsync<string>(
                    "ann", Home, isOneClient: true, () => throw ApiError.Unavailable("Too many log-in attempts at once.")));
        }

        await SucceedAsync("ann", Home);
        Assert.AreEqual(0, await GaugeAsync("failed_logins"));
    }

    [TestMethod]
    public async Task An_address_that_stands_for_many_is_limited_user_by_user()
    {
        const string Proxy = "10.0.0.1";
        var release = new TaskCompletionSource<string?>();

        var atOnce = Enumerable.Range(0, 60).Select(user => logins.TryAsync($"user{user}", Proxy, isOneClient: false, () => release.Task));
        var tried = Task.WhenAll(atOnce.ToList());
        release.SetResult(null);
        await tried;
        for (var attempt = 2; attempt <= 5; attempt++)
            await logins.TryAsync("user0", Proxy, isOneClient: false, () => Task.FromResult<string?>(null));

        Assert.AreEqual("right", await logins.TryAsync("user1", Proxy, isOneClient: false, () => Task.FromResult<string?>("right")));
        await Assert.ThrowsExactlyAsync<ApiError>(
            () => logins.TryAsync("user0", Proxy, isOneClient: false, () => Task.FromResult<string?>("right")));
    }

    async Task FailAsync(string user, string address) =>
        Assert.IsNull(await logins.TryAsync(user, address, isOneClient: true, () => Task.FromResult<string?>(null)));

    async Task SucceedAsync(string user, string address) =>
        Assert.AreEqual("right", await logins.TryAsync(user, address, isOneClient: true, () => Task.FromResult<string?>("right")));

    async Task<ApiError> RefusedAsync(string user, string address)
    {
        var refused = await Assert.ThrowsExactlyAsync<ApiError>(
            () => logins.TryAsync<string>(
                user, address, isOneClient: true, () => throw new InvalidOperationException("nothing is compared")));
        Assert.AreEqual(429, refused.Status);
        return refused;
    }

    async Task<int> GaugeAsync(string table)
    {
        var line = (await ScrapeAsync()).Split('\n')
            .Single(line => line.StartsWith($"tinygrep_access_entries{{table=\"{table}\"}} ", StringComparison.Ordinal));
        return int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    async Task<string> ScrapeAsync() =>
        System.Text.Encoding.UTF8.GetString((await exporter.Route.Handler(null!, CancellationToken.None)).Body.Span);
}
