// The kernel's instruments, named as OpenTelemetry's HTTP conventions name them. Labels are bounded: the route's pattern,
// never the path; a method HTTP does not know is _OTHER.

using System.Diagnostics.Metrics;

namespace TinyGrepServer.Server;

internal sealed class RequestMetrics
{
    readonly Histogram<double> duration;

    public RequestMetrics(Meter meter, ServerState state)
    {
        duration = meter.CreateHistogram<double>("http.server.request.duration", "s", "Duration of HTTP server requests.");
        meter.CreateObservableUpDownCounter(
            "http.server.active_requests", () => state.Running, "{request}", "Number of active HTTP server requests.");
        meter.CreateObservableUpDownCounter(
            "tinygrep.http.streams", () => state.Streams.All, "{reply}", "Replies over 1 MiB that are being sent.");
    }

    public Handler Measure(Handler next) => (exchange, cancellationToken) =>
    {
        var started = exchange.Time.GetTimestamp();
        exchange.WhenSent += sent => duration.Record(
            exchange.Time.GetElapsedTime(started).TotalSeconds,
            new("http.request.method", Router.IsKnown(exchange.Method) ? exchange.Method : "_OTHER"),
            new("http.route", exchange.Route?.Pattern ?? ""),
            new("http.response.status_code", sent.Status));
        return next(exchange, cancellationToken);
    };
}
