// The relay slice: asks another server with hedged requests, so that one slow answer does not hold up the client.

using System.Diagnostics.Metrics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Relay;

internal sealed class RelaySlice : ISlice, IDisposable
{
    static readonly Parameter TimeoutParameter = new(
        "timeout",
        "Milliseconds to answer within, 0..2147483647; 0 is a 504 at once. Default, and the most: --relay-deadline.",
        "integer",
        Min: 0,
        Max: int.MaxValue);

    readonly RelaySettings settings;
    readonly Dictionary<string, Upstream> upstreams;

    public RelaySlice(RelaySettings settings, Meter meter, TimeProvider time)
    {
        this.settings = settings;
        var (hedging, metrics) = (new Hedging(time), new RelayMetrics(meter));
        upstreams = settings.Upstreams.ToDictionary(
            address => address.Name, address => new Upstream(address, settings, hedging, metrics, time), StringComparer.Ordinal);
    }

    public string Name => "relay";

    public IReadOnlyList<Route> Routes =>
    [
        Route("/api/smart", (exchange, stop) => AnswerAsync(UpstreamAddress.Default, exchange, stop)) with
        {
            Summary = "The JSON of the default upstream: one GET, two more after 300 ms or a failure, the first success wins.",
            Example = "-s {url}/api/smart?timeout=2000",
        },
        Route("/api/v1/relay/{name}", (exchange, stop) => AnswerAsync(exchange.RouteValue("name"), exchange, stop)) with
        {
            Summary = "The same from a named upstream.",
            Parameters = [new("name", "The upstream's name, as in --upstream NAME=URL.", Required: true), TimeoutParameter],
            Example = "-s {url}/api/v1/relay/cats?timeout=2000",
        },
    ];

    /// <summary>The same without HTTP, for jobs.</summary>
    public RelayWork Work => new(Find, settings);

    /// <summary>One for each upstream; without any there is nothing to check.</summary>
    public IReadOnlyList<HealthCheck> Checks => [.. upstreams.Values.Select(upstream => upstream.Check)];

    public void Dispose()
    {
        foreach (var upstream in upstreams.Values) upstream.Dispose();
    }

    /// <summary>No deadline of the kernel's: the upstream keeps the client's timeout itself, to the millisecond.</summary>
    static Route Route(string pattern, Handler handler) => new("GET", pattern, handler)
    {
        Group = "Relay",
        Chapter = "docs/inside/hedging.md",
        Parameters = [TimeoutParameter],
        ReplyContentTypes = ["application/json"],
        Statuses = [200, 501, 502, 504],
        Deadline = Timeout.InfiniteTimeSpan,
    };

    Task<Reply> AnswerAsync(string name, Exchange exchange, CancellationToken cancellationToken)
    {
        var timeout = QueryParameters.Read(exchange.Query, [TimeoutParameter]).Integer("timeout", 0, int.MaxValue, unit: "milliseconds");
        return Find(name).AskAsync(settings.Limit(timeout), exchange.RequestId, cancellationToken);
    }

    Upstream Find(string name) =>
        upstreams.TryGetValue(name, out var upstream) ? upstream
        : upstreams.Count == 0 ? throw new ApiError(501, "This server has no upstream; start it with --upstream URL.")
        : name == UpstreamAddress.Default ? throw new ApiError(501, $"This server has no default upstream; it has: {Names}.")
        : throw ApiError.NotFound($"There is no upstream '{Printable.Excerpt(name, 64)}'; there is: {Names}.");

    string Names => string.Join(", ", upstreams.Keys);
}
