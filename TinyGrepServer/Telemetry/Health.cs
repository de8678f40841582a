// /livez: the process answers. /readyz: it is ready for requests; each dependency is listed by name.

using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

/// <summary>What a probe reads.</summary>
/// <param name="Status"><c>ok</c>, or <c>unavailable</c>.</param>
/// <param name="Checks">Each dependency's state: <c>ok</c> or what is wrong.</param>
public sealed record HealthReply(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("checks")] IReadOnlyDictionary<string, string> Checks);

internal sealed class Health(IReadOnlyList<HealthCheck> checks, ServerState server)
{
    const string Ok = "ok";

    static readonly Reply Alive = Reply.Json(new HealthReply(Ok, new Dictionary<string, string>()), TelemetryJson.Default.HealthReply);

    public IEnumerable<Route> Routes =>
    [
        new("GET", "/livez", (_, _) => Task.FromResult(Alive))
        {
            Group = "Operation",
            Chapter = "docs/inside/stopping.md",
            Summary = "200 as long as the process answers.",
            ReplyType = TelemetryJson.Default.HealthReply,
            ServedWhileDraining = true,
            Example = "-s {url}/livez",
        },
        new("GET", "/readyz", ReadyAsync)
        {
            Group = "Operation",
            Chapter = "docs/inside/stopping.md",
            Summary = "200 while the server accepts new requests; 503 while it stops or a dependency is missing.",
            ReplyType = TelemetryJson.Default.HealthReply,
            Statuses = [200, 503],
            ServedWhileDraining = true,
            Example = "-s {url}/readyz",
        },
    ];

    /// <summary>What <c>/readyz</c> says.</summary>
    public async Task<HealthReply> ReadAsync(CancellationToken cancellationToken)
    {
        SortedDictionary<string, string> states = new(StringComparer.Ordinal) { ["server"] = server.Draining ? "shutting down" : Ok };
        foreach (var check in checks) states[check.Name] = await check.ProblemAsync(cancellationToken) ?? Ok;
        var ready = states.Values.All(state => state == Ok);
        if (server.MissingFields.Count > 0) // told, and no reason to be sent nothing: requests are answered all the same
            states["connections"] = $"not watched, this runtime's HttpListener lacks {string.Join(", ", server.MissingFields)}";
        return new HealthReply(ready ? Ok : "unavailable", states);
    }

    async Task<Reply> ReadyAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var health = await ReadAsync(cancellationToken);
        return Reply.Json(health, TelemetryJson.Default.HealthReply, health.Status == Ok ? 200 : 503).With("Cache-Control", "no-store");
    }
}

[JsonSerializable(typeof(HealthReply))]
internal sealed partial class TelemetryJson : JsonSerializerContext;
