// What goes wrong must reach the people who watch, wherever they watch: errors with their stacks, and each request's span with
// those of the attempts made for it. And the collector is a convenience: without it, everything else goes on as it does with it.

using System.Diagnostics;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;
using TinyGrepServer.Tests.Relay;

namespace TinyGrepServer.Tests.Telemetry;

[TestClass]
public sealed class OtlpSpecs
{
    const int Server = 2;
    const int Client = 3;
    const int Failed = 2;

    [TestMethod, Timeout(60_000)]
    public async Task An_unhandled_error_arrives_with_its_stack_request_id_and_trace_id()
    {
        await using var collector = new OtlpCollector();
        await using var server = await TestServer.StartAsync("--diagnostics", "--otlp", collector.Url);

        using var reply = await server.Http.GetAsync("/fail");

        var error = await collector.LogAsync("Unhandled error in GET /fail");
        Assert.AreEqual(17, error.Severity);
        Assert.AreEqual("System.InvalidOperationException", error.Attributes["exception.type"]);
        Assert.AreEqual("This is the failure that /fail was asked for.", error.Attributes["exception.message"]);
        StringAssert.Contains(
            error.Attributes["exception.stacktrace"], "   at TinyGrepServer.Diagnostics.DiagnosticsSlice", StringComparison.Ordinal);
        Assert.AreEqual(reply.Headers.GetValues("X-Request-Id").Single(), error.Attributes["request.id"]);
        Assert.AreEqual("GET /fail", $"{error.Attributes["http.request.method"]} {error.Attributes["url.path"]}");
        Assert.AreEqual($"00-{error.TraceId}-{error.SpanId}-01", reply.Headers.GetValues("traceparent").Single());
        var span = await collector.SpanAsync("GET /fail");
        Assert.AreEqual((error.TraceId, error.SpanId, Failed), (span.TraceId, span.SpanId, span.Status));
        Assert.AreEqual("System.InvalidOperationException", span.Attributes["error.type"]);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_notification_arrives_with_a_stack_and_the_ids_of_the_request_that_sent_it()
    {
        await using var collector = new OtlpCollector();
        await using var server = await TinyServer.StartAsync(
            new Settings
            {
                Server = new ServerSettings { Port = 0 },
                Search = new SearchSettings { Folder = Path.Join(TestServer.Root, "dicts") },
                Log = new LogSettings { Level = Microsoft.Extensions.Logging.LogLevel.Error, Otlp = new Uri(collector.Url) },
            },
            app => app.Map("GET", "/order", (_, _) =>
            {
                app.Log.Notify("stock.low", "Only three lamps are left.");
                app.Log.Notify("stock.lost", "The shelf is gone.", new IOException("no such shelf"));
                return Task.FromResult(Reply.Empty(204));
            }));

        using var reply = await InProcess.SendAsync(server, "GET", "/order", ("X-Request-Id", "order-7"));

        var low = await collector.LogAsync("Only three lamps are left.");
        Assert.AreEqual(("stock.low", "order-7"), (low.EventName, low.Attributes["request.id"]));
        Assert.AreEqual($"00-{low.TraceId}-{low.SpanId}-01", reply.Headers.GetValues("traceparent").Single());
        Assert.AreEqual("Only three lamps are left.", low.Attributes["exception.message"]);
        StringAssert.Contains(low.Attributes["exception.stacktrace"], nameof(OtlpSpecs), StringComparison.Ordinal);
        StringAssert.EndsWith(low.Attributes["exception.type"], "Notification", StringComparison.Ordinal);
        var lost = await collector.LogAsync("The shelf is gone.");
        Assert.AreEqual(
            ("stock.lost", "System.IO.IOException", "no such shelf"),
            (lost.EventName, lost.Attributes["exception.type"], lost.Attributes["exception.message"]));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Each_request_is_a_span_named_by_its_route_under_its_caller()
    {
        await using var collector = new OtlpCollector();
        await using var server = await TestServer.StartAsync("--otlp", collector.Url);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/dictionaries/no-such.txt?secret=1");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        using var reply = await server.Http.SendAsync(request);
        using var odd = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod("BREW"), "/pot"));

        var span = await collector.SpanAsync("GET /api/v1/dictionaries/{*name}");
        Assert.AreEqual(
            ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", Server, 0),
            (span.TraceId, span.ParentId, span.Kind, span.Status));
        Assert.AreEqual($"00-{span.TraceId}-{span.SpanId}-01", reply.Headers.GetValues("traceparent").Single());
        foreach (var (name, value) in new[]
        {
            ("http.request.method", "GET"),
            ("http.route", "/api/v1/dictionaries/{*name}"),
            ("http.response.status_code", "404"),
            ("url.path", "/api/v1/dictionaries/no-such.txt"),
        })
            Assert.AreEqual(value, span.Attributes[name], name);
        Assert.IsFalse(span.Attributes.ContainsKey("error.type"), "a refusal is no error of the server");
        var unknown = await collector.SpanAsync("HTTP");
        Assert.AreEqual("_OTHER", unknown.Attributes["http.request.method"]);
        Assert.AreEqual("BREW", unknown.Attributes["http.request.method_original"]);
        Assert.AreEqual("501", unknown.Attributes["http.response.status_code"]);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Each_attempt_at_an_upstream_is_a_span_of_its_own_losers_too()
    {
        await using var collector = new OtlpCollector();
        await using var upstream = new ScriptedUpstream(async (number, connection) =>
        {
            if (number == 1) await ScriptedUpstream.Never(connection);
            else if (number == 2) await connection.WriteAsync(ScriptedUpstream.Answer("{}", "503 Busy"));
            else
            {
                await Wait.UntilAsync(() => collector.Spans.Any(IsRefusal), "the refusal was taken");
                await connection.WriteAsync(ScriptedUpstream.Answer("{\"time\":1}"));
            }
        });
        await using var server = await TestServer.StartAsync("--otlp", collector.Url, "--upstream", upstream.Url.ToString());

        await server.Http.GetStringAsync("/api/smart");

        var parent = await collector.SpanAsync("GET /api/smart");
        IReadOnlyList<SpanSeen> attempts = [];
        await Wait.UntilAsync(() => (attempts = [.. collector.Spans.Where(span => span.Kind == Client)]).Count == 3, "three attempts");
        Assert.IsTrue(attempts.All(span => span.TraceId == parent.TraceId && span.ParentId == parent.SpanId));
        Assert.HasCount(3, attempts.Select(span => span.SpanId).Distinct().ToList());
        CollectionAssert.AreEquivalent(
            attempts.Select(span => $"traceparent: 00-{span.TraceId}-{span.SpanId}-01").ToList(),
            upstream.Heads.Select(TraceLine).ToList());
        CollectionAssert.AreEquivalent(
            new[] { "cancelled", "503", "" },
            attempts.Select(span => span.Attributes.GetValueOrDefault("error.type", "")).ToList());
        Assert.IsTrue(attempts.All(span => span.Attributes["url.full"] == upstream.Url.ToString()));
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_is_queued_is_sent_at_a_graceful_stop()
    {
        await using var collector = new OtlpCollector();
        await using var server = await TestServer.StartAsync("--otlp", collector.Url);
        await server.Http.GetStringAsync("/livez");
        await Wait.UntilAsync(() => (collector.Spans.Count, collector.Logs.Count) == (1, 1), "the way there is compiled");
        for (var at = 1; at < 50; at++) await server.Http.GetStringAsync("/livez");

        server.Signal(TestServer.Terminate);

        Assert.AreEqual(0, await server.WaitForExitAsync());
        Assert.HasCount(50, collector.Spans);
        Assert.HasCount(50, collector.Logs);
    }

    [TestMethod, Timeout(60_000), DataRow(false, DisplayName = "down"), DataRow(true, DisplayName = "silent")]
    public async Task A_collector_that_does_not_answer_delays_neither_requests_nor_the_stop(bool isSilent)
    {
        await using var silent = new OtlpCollector(isSilent: true);
        var url = isSilent ? silent.Url : $"http://127.0.0.1:{Ports.Free()}";
        await using var server = await TestServer.StartAsync("--otlp", url);
        await server.Http.FloodAsync("/livez", 10_000); // more than the queue takes
        if (isSilent) await Wait.UntilAsync(() => silent.Requests > 0, "the collector is asked");

        var asked = Stopwatch.GetTimestamp();
        server.Signal(TestServer.Terminate);

        Assert.AreEqual(0, await server.WaitForExitAsync());
        Assert.IsLessThan(
            TimeSpan.FromSeconds(10),
            Stopwatch.GetElapsedTime(asked),
            "the flush gives up after 1.5 s; the rest is room for a slow machine");
    }

    static bool IsRefusal(SpanSeen span) => span.Attributes.GetValueOrDefault("error.type") == "503";

    static string TraceLine(string head) => head.Split("\r\n").Single(line => line.StartsWith("traceparent:", StringComparison.Ordinal));
}
