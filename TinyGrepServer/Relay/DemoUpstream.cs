// An upstream to try the relay with: /api/work takes 100 to 600 ms; one in ten fails, one in ten is not JSON. It is the same kernel with
// one route. The outcome is drawn at random when a request arrives, so a seed makes the sequence repeatable.

using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Relay;

/// <summary>The demo's good answer.</summary>
/// <param name="Time">How long it took, in milliseconds.</param>
internal sealed record WorkReply([property: JsonPropertyName("time")] int Time);

internal enum WorkKind
{
    Good,
    Failing,
    NotJson,
}

/// <summary>What each request in turn gets.</summary>
/// <param name="seed">The same seed, the same sequence; null: a new one each time.</param>
internal sealed class WorkPlan(int? seed)
{
    readonly Lock gate = new();
#pragma warning disable CA5394 // Chance for a demonstration needs no cryptographic strength.
    readonly Random random = seed is { } given ? new Random(given) : new Random();

    public (int Milliseconds, WorkKind Kind) Next()
    {
        lock (gate)
        {
            var milliseconds = random.Next(100, 601);
            return (milliseconds, random.Next(10) switch { 0 => WorkKind.Failing, 1 => WorkKind.NotJson, _ => WorkKind.Good });
        }
    }
#pragma warning restore CA5394
}

internal static class DemoUpstream
{
    /// <summary>A server that can be started and drained like any other.</summary>
    public static HttpServer Create(ServerSettings settings, int? seed, ILogger log, TimeProvider time)
    {
        var meter = new Meter("TinyGrepServer.DemoUpstream"); // it and its exporter live as long as the process
        var prometheus = new PrometheusExporter(meter);
        var plan = new WorkPlan(seed);
        var work = new Route("GET", "/api/work", (_, cancellationToken) => WorkAsync(plan.Next(), time, cancellationToken))
        {
            Group = "Demonstration",
            Summary = "Takes 100 to 600 ms; one in ten fails, one in ten is not JSON.",
            ReplyType = RelayJson.Default.WorkReply,
            Example = "-s {url}/api/work",
        };
        return HttpServer.Create(
            settings with { InstructionsPath = InstructionsPage.Path },
            state => [work, .. new TelemetrySlice(prometheus, state, new Health([], state)).Routes],
            [],
            log,
            Tracing.Trace,
            meter,
            time);
    }

    static async Task<Reply> WorkAsync((int Milliseconds, WorkKind Kind) work, TimeProvider time, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(work.Milliseconds), time, cancellationToken);
        return work.Kind switch
        {
            WorkKind.Failing => throw new ApiError(500, "This is the one in ten that fails."),
            WorkKind.NotJson => Reply.Text("This is the one in ten that is not JSON.", "application/json"),
            _ => Reply.Json(new WorkReply(work.Milliseconds), RelayJson.Default.WorkReply),
        };
    }
}
