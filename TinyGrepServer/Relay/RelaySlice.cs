// The relay slice: asks another server and does not wait for its slow day.

using System.Diagnostics.Metrics;
using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Relay;

internal sealed class RelaySlice : ISlice, IDisposable
{
    static readonly Parameter TimeoutParameter = new("timeout", "Milliseconds to answer within, 0..2147483647; 0 is a 504 at once. Default, and the most: --relay-deadline.", "integer", Least: 0, Most: int.MaxValue);

    readonly RelaySettings settings;
    readonly Dictionary<string, Upstream> upstreams;

    public RelaySlice(RelaySettings settings, Meter meter, TimeProvider time)
    {
        this.settings = settings;
        var (hedging, metrics) = (new Hedging(time), new RelayMetrics(meter));
        upstreams = settings.Upstreams.ToDictionary(one => one.Name, one => new Upstream(one, settings, hedging, metrics, time), StringComparer.Ordinal);
    }

    public string Name => "relay";

    public IReadOnlyList<Route> Routes =>
    [
        Describe(new("GET", "/api/smart", (exchange, cancellationToken) => AnswerAsync(UpstreamAddress.Default, exchange, cancellationToken))) with
        {
            Summary = "The JSON of the default upstream: one GET, two more after 300 ms or a failure, the first success wins.",
            Example = "-s {url}/api/smart?timeout=2000",
        },
        Describe(new("GET", "/api/v1/relay/{name}", (exchange, cancellationToken) => AnswerAsync(exchange.RouteValue("name"), exchange, cancellationToken))) with
        {
            Summary = "The same of a named upstream.",
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

    /// <summary>The upstream keeps the time itself, to the millisecond the client asked for.</summary>
    static Route Describe(Route route) => route with { Group = "Relay", Parameters = [TimeoutParameter], ReplyContentTypes = ["application/json"], Statuses = [200, 501, 502, 504], Deadline = Timeout.InfiniteTimeSpan };

    Task<Reply> AnswerAsync(string name, Exchange exchange, CancellationToken cancellationToken)
    {
        var limit = Limit(exchange.Query);
        return Find(name).AskAsync(limit, exchange.RequestId, cancellationToken);
    }

    Upstream Find(string name) =>
        upstreams.TryGetValue(name, out var upstream) ? upstream
        : upstreams.Count == 0 ? throw new ApiError(501, "This server has no upstream; start it with --upstream URL.")
        : name == UpstreamAddress.Default ? throw new ApiError(501, $"This server has no default upstream; it has: {Names}.")
        : throw ApiError.NotFound($"There is no upstream '{Printable.Excerpt(name, 64)}'; there is: {Names}.");

    string Names => string.Join(", ", upstreams.Keys);

    TimeSpan Limit(IReadOnlyList<(string Name, string Value)> query) => query switch
    {
        [] => settings.Deadline,
        [("timeout", var text)] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) =>
            settings.Limit(milliseconds),
        _ => throw ApiError.BadRequest("The relay takes one parameter, once: timeout, an integer of milliseconds in 0..2147483647."),
    };
}
