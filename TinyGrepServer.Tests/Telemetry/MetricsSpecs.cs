// What /metrics says must be what Prometheus can read, must add up, and must not grow with what strangers send.

namespace TinyGrepServer.Tests.Telemetry;

[TestClass]
public sealed class MetricsSpecs
{
    const string Requests = "http_server_request_duration_seconds";

    [TestMethod, Timeout(60_000)]
    public async Task The_text_is_prometheus_text()
    {
        await using var server = await TestServer.StartAsync();
        await server.Http.GetStringAsync("/api/v1/search?q=cache");

        using var reply = await server.Http.GetAsync("/metrics");

        Assert.AreEqual("text/plain; version=0.0.4; charset=utf-8", reply.Content.Headers.ContentType!.ToString());
        Assert.IsNotEmpty(PrometheusText.Parse(await reply.Content.ReadAsStringAsync()));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Every_promised_metric_is_there_with_its_type()
    {
        await using var server = await TestServer.StartAsync();
        await server.Http.GetStringAsync("/api/v1/search?q=cache");
        await CountsAsync(server, Requests, 1, ("http_route", "/api/v1/search"));
        await CountsAsync(server, "tinygrep_search_duration_seconds", 1);

        var families = await ReadAsync(server);

        foreach (var (name, type) in new[]
        {
            (Requests, "histogram"),
            ("http_server_active_requests", "gauge"),
            ("tinygrep_search_duration_seconds", "histogram"),
            ("tinygrep_searches_running", "gauge"),
            ("tinygrep_search_queue_length", "gauge"),
            ("tinygrep_cache_hits_total", "counter"),
            ("tinygrep_cache_misses_total", "counter"),
            ("process_cpu_seconds_total", "counter"),
            ("process_resident_memory_bytes", "gauge"),
            ("process_open_fds", "gauge"),
            ("process_start_time_seconds", "gauge"),
            ("dotnet_gc_heap_bytes", "gauge"),
            ("dotnet_gc_pause_time_seconds_total", "counter"),
        })
        {
            Assert.IsTrue(families.TryGetValue(name, out var family), $"{name} is missing: {string.Join(", ", families.Keys)}");
            Assert.AreEqual(type, family.Type, name);
            Assert.IsNotEmpty(family.Samples, name);
        }
        Assert.IsGreaterThan(1e6, families["process_resident_memory_bytes"].Samples.Single().Value);
        Assert.IsGreaterThan(1.6e9, families["process_start_time_seconds"].Samples.Single().Value);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Requests_are_counted_by_route_method_and_status()
    {
        await using var server = await TestServer.StartAsync();
        for (var at = 0; at < 5; at++) await server.Http.GetStringAsync("/livez");
        for (var at = 0; at < 3; at++) await server.Http.GetAsync($"/api/v1/dictionaries/none-{at}.txt");
        await server.Http.PostAsync("/livez", null);

        await CountedAsync(5, "GET", "/livez", "200");
        await CountedAsync(3, "GET", "/api/v1/dictionaries/{*name}", "404");
        await CountedAsync(1, "POST", "", "405");

        Task CountedAsync(int count, string method, string route, string status) => CountsAsync(
            server,
            Requests,
            count,
            ("http_request_method", method),
            ("http_route", route),
            ("http_response_status_code", status));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Searches_are_counted_by_engine()
    {
        await using var server = await TestServer.StartAsync("--cache-bytes", "0");
        for (var at = 0; at < 4; at++) await server.Http.GetStringAsync($"/api/v1/search?q=word{at}");

        await CountsAsync(server, "tinygrep_search_duration_seconds", 4, ("engine", "grep"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_histogram_is_cumulative_and_adds_up()
    {
        await using var server = await TestServer.StartAsync("--diagnostics");
        for (var at = 0; at < 20; at++) await server.Http.GetStringAsync("/livez");
        await server.Http.GetStringAsync("/wait?seconds=1");
        await CountsAsync(server, Requests, 1, ("http_route", "/wait"));

        var samples = (await ReadAsync(server))[Requests].Samples;

        foreach (var series in samples.GroupBy(sample => string.Join(',', sample.Labels.Where(label => label.Name != "le"))))
        {
            var buckets = series.Where(sample => sample.Name == $"{Requests}_bucket").ToList();
            var limits = buckets.Select(sample => PrometheusText.Number(sample.Label("le"))).ToList();
            CollectionAssert.AreEqual(limits.Order().ToList(), limits, series.Key);
            var counts = buckets.Select(sample => sample.Value).ToList();
            CollectionAssert.AreEqual(counts.Order().ToList(), counts, series.Key);
            Assert.AreEqual(double.PositiveInfinity, limits[^1]);
            Assert.AreEqual(series.Single(sample => sample.Name == $"{Requests}_count").Value, buckets[^1].Value);
        }
        var slow = samples.Where(sample => sample.Has(("http_route", "/wait"))).ToList();
        Assert.AreEqual(0, slow.Single(sample => sample.Has(("le", "0.75"))).Value);
        Assert.IsGreaterThanOrEqualTo(1, slow.Single(sample => sample.Name == $"{Requests}_sum").Value);
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_strangers_send_makes_no_new_labels()
    {
        await using var server = await TestServer.StartAsync();
        for (var at = 0; at < 50; at++)
        {
            await server.Http.GetAsync($"/random-{at}/{Guid.NewGuid()}");
            await server.Http.GetAsync($"/api/v1/dictionaries/random-{at}");
            using var odd = new HttpRequestMessage(new HttpMethod($"ODD{at}"), "/livez");
            await server.Http.SendAsync(odd);
        }
        await CountsAsync(server, Requests, 50, ("http_request_method", "_OTHER"));

        var counts = (await ReadAsync(server))[Requests].Samples.Where(sample => sample.Name == $"{Requests}_count").ToList();

        Assert.HasCount(3, counts.Where(sample => !sample.Has(("http_route", "/metrics"))).ToList());
        var routes = counts.Select(sample => sample.Label("http_route")).Where(route => route != "/metrics");
        CollectionAssert.AreEquivalent(new[] { "", "", "/api/v1/dictionaries/{*name}" }, routes.ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Gauges_show_what_runs_and_fall_back()
    {
        using var folder = new TemporaryFolder();
        var environment = FakeGrep.In(folder, FakeGrep.UntilThereIs($"{folder.Path}/go"));
        await using var server = await TestServer.StartAsync(environment, "--timeout", "60s");
        var idle = await server.GaugeAsync("http_server_active_requests");
        var waiting = Enumerable.Range(1, 3).Select(limit => server.Http.GetStringAsync($"/api/v1/search?q=cache&limit={limit}")).ToArray();

        await Wait.UntilAsync(
            async () => await server.GaugeAsync("http_server_active_requests") == 4, "three that wait, and the one that asks");
        folder.Write("go", "");
        await Task.WhenAll(waiting);

        Assert.AreEqual(1, idle, "the one that asks");
        await Wait.UntilAsync(async () => await server.GaugeAsync("http_server_active_requests") == 1, "back to one");
        Assert.AreEqual(0, await server.GaugeAsync("tinygrep_searches_running"));
        Assert.AreEqual(0, await server.GaugeAsync("tinygrep_search_queue_length"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Counters_never_fall()
    {
        await using var server = await TestServer.StartAsync();
        var before = await ReadAsync(server);
        await server.Http.GetStringAsync("/api/v1/search?q=cache");
        var after = await ReadAsync(server);

        foreach (var (name, family) in before.Where(family => family.Value.Type == "counter"))
        {
            foreach (var sample in family.Samples)
                Assert.IsGreaterThanOrEqualTo(sample.Value, after[name].Samples.Single(later => later.Has([.. sample.Labels])).Value, name);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task Candidates_are_what_the_index_leaves_of_the_folder()
    {
        const string Candidates = "tinygrep_search_candidates";
        using var folder = new TemporaryFolder();
        for (var number = 0; number < 300; number++)
        {
            var lines = string.Concat(Enumerable.Repeat($"file number {number}\n", 20));
            folder.Write($"{number}.txt", number == 7 ? lines + "a pearl\n" : lines);
        }
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--engine", "auto");
        await Wait.UntilAsync(
            async () => await server.GaugeAsync("tinygrep_folder_dictionaries") == 300
                && await server.GaugeAsync("tinygrep_index_waiting") == 0,
            "the index is made",
            TimeSpan.FromSeconds(50));

        Assert.Contains("\"count\":1,", await server.Http.GetStringAsync("/api/v1/search?q=pearl"));
        Assert.Contains("\"count\":100,", await server.Http.GetStringAsync("/api/v1/search?q=file"));

        var samples = (await ReadAsync(server))[Candidates].Samples;
        Assert.AreEqual(2, samples.Single(sample => sample.Name == $"{Candidates}_count").Value);
        Assert.AreEqual(301, samples.Single(sample => sample.Name == $"{Candidates}_sum").Value);
        Assert.AreEqual(1, samples.Single(sample => sample.Has(("le", "1"))).Value);
    }

    static async Task<IReadOnlyDictionary<string, PrometheusText.Family>> ReadAsync(TestServer server) =>
        PrometheusText.Parse(await server.Http.GetStringAsync("/metrics"));

    /// <summary>A request is counted when its reply is out, which its client may see a moment earlier.</summary>
    static async Task CountsAsync(TestServer server, string name, int count, params (string Name, string Value)[] labels)
    {
        var seen = -1.0;
        await Wait.UntilAsync(async () =>
        {
            var family = (await ReadAsync(server)).GetValueOrDefault(name);
            seen = family?.Samples.Where(sample => sample.Name == $"{name}_count" && sample.Has(labels)).Sum(sample => sample.Value) ?? -1;
            return seen >= count;
        }, $"{name} {string.Join(',', labels)} reaches {count}");
        Assert.AreEqual(count, seen);
    }
}
