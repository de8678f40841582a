// How often one user or one address may ask, what they are told of it, and whose word about an address is taken.

using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Access;

[TestClass]
public sealed class RateLimitsSpecs
{
    static readonly TemporaryFolder ProxiedFolder = new();
    static TestServer proxied = null!;

    readonly TemporaryFolder folder = new();

    [ClassInitialize]
    public static async Task StartProxiedAsync(TestContext _) => proxied = await TestServer.StartAsync(
        "--data", ProxiedFolder.Path, "--open-tokens", "--trusted-proxies", "127.0.0.1,10.0.0.0/8");

    [ClassCleanup]
    public static async Task StopProxiedAsync()
    {
        await proxied.DisposeAsync();
        ProxiedFolder.Dispose();
    }

    [TestCleanup]
    public void Remove() => folder.Dispose();

    [TestMethod, Timeout(60_000)]
    public async Task A_user_may_ask_twice_the_rate_at_once_and_is_told_when_to_come_back()
    {
        await using var server = await StartAsync("--rate-limit", "5/h");
        var (ann, bob) = (await server.TokenAsync("ann"), await server.TokenAsync("bob"));

        var first = await server.GetAsAsync("/api", ann).OkAsync();
        for (var more = 0; more < 9; more++) await server.GetAsAsync("/api", ann).OkAsync();
        var refused = await server.GetAsAsync("/api", ann).RefusedAsync(429);
        var elsewhere = await server.GetAsAsync("/api/v1/movies/x", ann).RefusedAsync(429);
        await server.GetAsAsync("/api", bob).OkAsync();
        await server.GetAsync("/api/v1/search?q=a").OkAsync();
        await server.TokenAsync("ann");

        Assert.AreEqual("\"user\";q=10;w=7200", Field(first, "RateLimit-Policy"));
        Assert.AreEqual("\"user\";r=9;t=720", Field(first, "RateLimit"));
        Assert.AreEqual("\"user\";q=10;w=7200", Field(refused, "RateLimit-Policy"));
        Assert.StartsWith("\"user\";r=0;t=", Field(refused, "RateLimit"));
        Assert.IsInRange(1, 720, refused.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.AreEqual(429, elsewhere.Status);
        StringAssert.Contains(
            await server.Http.GetStringAsync("/metrics"), "tinygrep_rate_limited_total{limit=\"user\"} 2\n", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Retry_After_is_kept()
    {
        await using var server = await StartAsync("--rate-limit", "60/m");
        var token = await server.TokenAsync("ann");
        Answered refused;
        while ((refused = await server.GetAsAsync("/api", token)).Status == 200) continue;

        using var wait = new PeriodicTimer(refused.Response.Headers.RetryAfter!.Delta!.Value + TimeSpan.FromMilliseconds(300));
        await wait.WaitForNextTickAsync();

        await server.GetAsAsync("/api", token).OkAsync();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Many_at_once_get_no_more_than_the_burst()
    {
        await using var server = await StartAsync("--rate-limit", "5/h");
        var token = await server.TokenAsync("ann");

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => server.GetAsAsync("/api", token)));

        Assert.AreEqual((10, 30), (answers.Count(answer => answer.Status == 200), answers.Count(answer => answer.Status == 429)));
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_is_left_is_told_with_every_answer_to_a_user()
    {
        await using var server = await StartAsync("--rate-limit", "5/h");
        var token = await server.TokenAsync("ann");

        var missing = await server.GetAsAsync("/api/v1/movies/x", token).RefusedAsync(404);
        var wrong = await server.GetAsAsync("/api/v1/movies?limit=0", token).RefusedAsync(400);

        Assert.StartsWith("\"user\";r=9", Field(missing, "RateLimit"));
        Assert.StartsWith("\"user\";r=8", Field(wrong, "RateLimit"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_address_may_be_limited_with_or_without_a_token()
    {
        await using var server = await StartAsync("--rate-limit-address", "5/h");

        var token = await server.TokenAsync("ann");
        var both = await server.GetAsAsync("/api", token).OkAsync();
        for (var more = 0; more < 8; more++) await server.GetAsync("/api/v1/search?q=a", ("X-Forwarded-For", $"192.0.2.{more}")).OkAsync();
        var open = await server.GetAsync("/api/v1/search?q=a").RefusedAsync(429);
        await server.GetAsAsync("/api", token).RefusedAsync(429);

        Assert.AreEqual("\"address\";q=10;w=7200, \"user\";q=400;w=2", Field(both, "RateLimit-Policy"));
        Assert.Contains("each address", open.Detail);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Off_is_off()
    {
        await using var server = await StartAsync("--rate-limit", "off");
        var token = await server.TokenAsync("ann");

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => server.GetAsAsync("/api", token)));

        Assert.IsTrue(answers.All(answer => answer.Status == 200 && !answer.Response.Headers.Contains("RateLimit")));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("192.0.2.1", "192.0.2.1")]
    [DataRow("198.51.100.9, 192.0.2.2", "192.0.2.2")]
    [DataRow("192.0.2.3, 10.0.0.7", "192.0.2.3")]
    [DataRow("192.0.2.4,10.0.0.7,10.255.255.255", "192.0.2.4")]
    [DataRow("192.0.2.5, 11.0.0.1", "11.0.0.1")]
    [DataRow("2001:db8::1", "2001:db8::1")]
    [DataRow("garbage", "127.0.0.1")]
    [DataRow("192.0.2.6, garbage", "127.0.0.1")]
    [DataRow("garbage, 10.0.0.9", "10.0.0.9")]
    [DataRow("", "127.0.0.1")]
    [DataRow(",", "127.0.0.1")]
    [DataRow("192.0.2.7,", "127.0.0.1")]
    [DataRow("10.0.0.1", "10.0.0.1")]
    public async Task A_trusted_proxy_names_the_client(string forwarded, string expected)
    {
        var asked = $"/livez?proxied-{Guid.NewGuid():N}";

        await proxied.GetAsync(asked, ("X-Forwarded-For", forwarded)).OkAsync();

        await Wait.UntilAsync(() => proxied.Log.Contains(asked, StringComparison.Ordinal), "the access line");
        Assert.Contains($" {expected} ", proxied.Log.Split('\n').Single(line => line.Contains(asked, StringComparison.Ordinal)));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Nobody_elses_word_about_an_address_is_taken()
    {
        await using var server = await StartAsync("--trusted-proxies", "10.0.0.1");

        await server.GetAsync(
            "/livez?direct",
            ("X-Forwarded-For", "10.0.0.1"),
            ("Forwarded", "for=192.0.2.1"),
            ("X-Real-IP", "192.0.2.1")).OkAsync();

        await Wait.UntilAsync(() => server.Log.Contains("/livez?direct", StringComparison.Ordinal), "the access line");
        Assert.Contains(" 127.0.0.1 ", server.Log.Split('\n').Single(line => line.Contains("/livez?direct", StringComparison.Ordinal)));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("--rate-limit"), DataRow("--rate-limit-address")]
    public async Task A_rate_that_is_none_stops_the_start(string option)
    {
        string[] none = ["", "5", "5/", "/s", "0/s", "-1/s", "5/d", "5/S", "5 /s", "1.5/s", "1000001/s", "99999999999/s", "OFF"];
        foreach (var rate in none)
        {
            var (exitCode, output, errors) = await TestServer.RunAsync("--port", "0", option, rate);
            Assert.AreEqual((2, ""), (exitCode, output), rate);
            Assert.Contains("200/s", errors);
        }
    }

    Task<TestServer> StartAsync(params string[] options) => TestServer.StartAsync(["--data", folder.Path, "--open-tokens", .. options]);

    static string Field(Answered answer, string name) =>
        answer.Response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
