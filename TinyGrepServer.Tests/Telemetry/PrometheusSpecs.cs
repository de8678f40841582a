// Prometheus itself has the last word on what Prometheus can read; and nobody outside may make its memory grow.

using System.Diagnostics;

namespace TinyGrepServer.Tests.Telemetry;

[TestClass]
public sealed class PrometheusSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task Promtool_finds_nothing_to_complain_about()
    {
        var promtool = Programs.Find("promtool");
        await using var upstream = Relay.ScriptedUpstream.Always("{}");
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString());
        await server.Http.GetStringAsync("/api/v1/search?q=cache");
        await server.Http.GetStringAsync("/api/smart");
        await server.Http.GetAsync("/nope");

        var (exitCode, output, errors) = await TestServer.RunAsync(
            Programs.Start("bash", "-c", $"set -o pipefail; curl -s {server.Url}metrics | {promtool} check metrics"));

        Assert.AreEqual((0, "", ""), (exitCode, output, errors));
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_real_prometheus_scrapes_it()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync();
        await server.Http.GetStringAsync("/api/v1/search?q=cache");
        var config = folder.Write(
            "prometheus.yml",
            $$"""
            scrape_configs:
            - job_name: tinygrep
              scrape_interval: 500ms
              scrape_timeout: 500ms
              static_configs: [{targets: ['127.0.0.1:{{server.Url.Port}}']}]

            """);
        var url = $"http://127.0.0.1:{Ports.Free()}";
        var start = Programs.Start(
            "prometheus",
            $"--config.file={config}",
            $"--storage.tsdb.path={Path.Join(folder.Path, "data")}",
            $"--web.listen-address={url["http://".Length..]}",
            "--log.level=error");
        using var prometheus = Process.Start(start)!;
        using var http = new HttpClient();
        try
        {
            foreach (var question in new[]
            {
                "up==1",
                "tinygrep_search_duration_seconds_count{engine=\"grep\"}>=1",
                "http_server_request_duration_seconds_bucket{http_route=\"/api/v1/search\",le=\"+Inf\"}>=1",
                "process_resident_memory_bytes>1e6",
            })
                await Wait.UntilAsync(() => HoldsAsync(http, url, question), question, TimeSpan.FromSeconds(60));
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
        }
    }

    [TestMethod, Timeout(120_000)]
    public async Task Two_thousand_strange_requests_add_no_series()
    {
        await using var server = await TestServer.StartAsync();
        for (var kind = 0; kind < Kinds; kind++) await SendAsync(server, kind);
        await CountAsync(server, Kinds);
        var before = await SeriesAsync(server);

        var eightAtOnce = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        await Parallel.ForAsync(Kinds, 2_000, eightAtOnce, async (number, _) => await SendAsync(server, number));

        await CountAsync(server, 2_000);
        CollectionAssert.AreEquivalent(before, await SeriesAsync(server));
    }

    const int Kinds = 8;

    static async Task SendAsync(TestServer server, int number)
    {
        var some = $"{number}-{Guid.NewGuid()}";
        var (method, path) = (number % Kinds) switch
        {
            0 => ("GET", $"/{some}"),
            1 => ("GET", $"/a/{some}/b?{some}=1"),
            2 => ("GET", $"/api/v1/dictionaries/{some}"),
            3 => ("GET", $"/messages/{some}"),
            4 => ("GET", $"/%C3%A9%22%5C/{some}"),
            5 => ($"X{number}", "/livez"),
            6 => ($"Y{number}", $"/{some}"),
            _ => ("DELETE", $"/{some}"),
        };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var reply = await server.Http.SendAsync(request);
        Assert.IsFalse(reply.IsSuccessStatusCode, path);
    }

    /// <summary>
    /// Waits until that many strange requests and an earlier scrape have been counted, which each is when its reply is out.
    /// </summary>
    static Task CountAsync(TestServer server, int count) => Wait.UntilAsync(
        async () =>
        {
            var families = PrometheusText.Parse(await server.Http.GetStringAsync("/metrics"));
            var counted = families["http_server_request_duration_seconds"].Samples
                .Where(sample => sample.Name.EndsWith("_count", StringComparison.Ordinal))
                .ToLookup(sample => sample.Has(("http_route", "/metrics")), sample => sample.Value);
            return counted[false].Sum() == count && counted[true].Sum() > 0;
        },
        $"{count} requests");

    static async Task<List<string>> SeriesAsync(TestServer server)
    {
        var lines = (await server.Http.GetStringAsync("/metrics")).Split('\n');
        return [.. lines.Where(line => line.Length > 0 && line[0] != '#').Select(line => line[..line.LastIndexOf(' ')])];
    }

    static async Task<bool> HoldsAsync(HttpClient http, string url, string question)
    {
        try
        {
            var answer = await http.GetStringAsync($"{url}/api/v1/query?query={Uri.EscapeDataString(question)}");
            return answer.Contains("\"value\":", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false; // still starting
        }
    }
}
