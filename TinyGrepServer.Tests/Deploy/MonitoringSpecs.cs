// Alerts and panels ask for metrics that the running server tells, with labels it tells: a misspelt one would stay silent for ever.

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Deploy;

[TestClass]
public sealed partial class MonitoringSpecs
{
    /// <summary>Told by others: Prometheus itself, and node-exporter about the disks.</summary>
    static readonly string[] Elsewhere = ["up", "node_filesystem_avail_bytes", "node_filesystem_size_bytes", "node_filesystem_readonly"];

    static readonly string[] Keywords = ["and", "or", "unless", "by", "without", "on", "ignoring"];

    [TestMethod, Timeout(60_000)]
    public async Task Promtool_finds_nothing_wrong()
    {
        foreach (var (kind, file) in new[] { ("config", "prometheus.yml"), ("rules", "alerts.yml") })
        {
            var (exitCode, output, errors) = await TestServer.RunAsync(
                Programs.Start("promtool", ["check", kind, DeployedFile.PathOf(file)]));

            Assert.AreEqual(0, exitCode, output + errors);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task Each_metric_of_an_alert_is_told_by_the_server()
    {
        var rules = (await DeployedFile.YamlAsync("alerts.yml")).Single()["groups"]![0]!["rules"]!.AsArray();
        await AssertToldAsync(rules.Select(rule => rule!["expr"].Value()));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Each_metric_of_a_panel_is_told_by_the_server() =>
        await AssertToldAsync(Panels.SelectMany(panel => panel["targets"]?.AsArray() ?? []).Select(target => target!["expr"].Value()));

    [TestMethod, Timeout(60_000)]
    public async Task Each_alert_says_what_is_seen_and_where_to_look()
    {
        foreach (var rule in (await DeployedFile.YamlAsync("alerts.yml")).Single()["groups"]![0]!["rules"]!.AsArray())
        {
            Assert.IsTrue(rule!["labels"]!["severity"].Value() is "page" or "ticket");
            Assert.IsGreaterThan(10, rule["annotations"]!["summary"].Value().Length);
            Assert.IsGreaterThan(30, rule["annotations"]!["description"].Value().Length);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_dashboard_is_found_and_asks_the_source_that_is_set_up()
    {
        var source = (await DeployedFile.YamlAsync("grafana/datasource.yml")).Single()["datasources"]![0]!["uid"].Value();
        var folder = (await DeployedFile.YamlAsync("grafana/dashboards.yml")).Single()["providers"]![0]!["options"]!["path"].Value();
        var compose = (await DeployedFile.YamlAsync("compose.yaml")).Single();
        var mounts = compose["services"]!["grafana"]!["volumes"]!.AsArray().Select(mount => mount.Value()).ToList();

        Assert.IsTrue(mounts.Any(mount => mount.StartsWith($"./grafana-dashboard.json:{folder}/", StringComparison.Ordinal)));
        Assert.IsTrue(mounts.Any(mount => mount.Contains(":/etc/grafana/provisioning/datasources/", StringComparison.Ordinal)));
        CollectionAssert.AllItemsAreUnique(Panels.Select(panel => panel["id"]!.GetValue<int>()).ToList());
        foreach (var panel in Panels.Where(panel => panel["type"].Value() != "row"))
        {
            Assert.AreEqual(source, panel["datasource"]!["uid"].Value(), panel["title"].Value());
            Assert.IsTrue(
                panel["targets"]!.AsArray().All(target => target!["datasource"]!["uid"].Value() == source), panel["title"].Value());
        }
    }

    [TestMethod]
    public void Panels_do_not_cover_each_other()
    {
        HashSet<(int, int)> covered = [];
        foreach (var place in Panels.Select(panel => panel["gridPos"]!))
        {
            int Of(string name) => place[name]!.GetValue<int>();
            Assert.IsLessThanOrEqualTo(24, Of("x") + Of("w"));
            for (var x = Of("x"); x < Of("x") + Of("w"); x++)
                for (var y = Of("y"); y < Of("y") + Of("h"); y++) Assert.IsTrue(covered.Add((x, y)), $"{x}, {y}");
        }
    }

    static IReadOnlyList<JsonNode> Panels { get; } =
        [.. JsonNode.Parse(DeployedFile.Text("grafana-dashboard.json"))!["panels"]!.AsArray().Select(panel => panel!)];

    static async Task AssertToldAsync(IEnumerable<string> expressions)
    {
        var told = await ToldAsync();
        var used = expressions.SelectMany(Selectors).ToList();

        Assert.IsGreaterThan(10, used.Count);
        foreach (var (metric, labels) in used.Where(one => !Elsewhere.Contains(one.Metric)))
        {
            Assert.IsTrue(told.TryGetValue(metric, out var known), $"{metric} is not told");
            if (known!.Count > 0) Assert.IsEmpty(labels.Except(["job", "instance", .. known]), $"{metric} has no such label");
        }
    }

    /// <summary>The metrics in an expression, each with the labels it is selected by.</summary>
    static IEnumerable<(string Metric, List<string> Labels)> Selectors(string expression)
    {
        var plain = Grouping().Replace(Range().Replace(Quoted().Replace(expression, "''"), ""), " ");
        return Selector().Matches(plain)
            .Where(match => !Keywords.Contains(match.Groups["name"].Value))
            .Select(match => (match.Groups["name"].Value, match.Groups["label"].Captures.Select(label => label.Value).ToList()));
    }

    /// <summary>Each metric with its labels, after a question, a message and a relayed request.</summary>
    static async Task<Dictionary<string, HashSet<string>>> ToldAsync()
    {
        using var data = new TemporaryFolder();
        await using var server = await TestServer.StartAsync("--data", data.Path, "--upstream", "http://127.0.0.1:1/");
        foreach (var path in (string[])["/api/v1/search?q=cache", "/api/smart?timeout=1000"]) (await server.Http.GetAsync(path)).Dispose();
        (await server.Http.PostAsync("/messages", new StringContent("""{"message":"kept"}""", null, "application/json"))).Dispose();
        var families = PrometheusText.Parse(await server.Http.GetStringAsync("/metrics"));
        Dictionary<string, HashSet<string>> told = [];
        using var jobs = await server.Http.GetAsync("/api/v1/jobs");
        // A server without jobs tells nothing of them.
        if (jobs.StatusCode == System.Net.HttpStatusCode.NotFound)
            told["tinygrep_jobs"] = told["tinygrep_job_duration_seconds_count"] = [];
        foreach (var (name, family) in families)
        {
            var labels = family.Samples.SelectMany(sample => sample.Labels).Select(label => label.Name).ToHashSet();
            string[] endings = family.Type == "histogram" ? ["_bucket", "_sum", "_count"] : [""];
            foreach (var ending in endings) told[name + ending] = labels;
        }
        return told;
    }

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"\b(?:by|on|without|ignoring) *\([^)]*\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?<![\w$:.])(?<name>[a-z_][a-z0-9_]*)\b(?! *\()(?:\{(?:(?<label>\w+)[=!~]+''(?:,|(?=\})))*\})?")]
    private static partial Regex Selector();
}
