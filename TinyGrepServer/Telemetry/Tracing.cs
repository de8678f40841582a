// One span per request: it continues the caller's trace or begins one, is named in the reply's traceparent, and is what log lines and
// upstream attempts refer to. Ids are always assigned; attributes are collected only if somebody records them. The names follow
// OpenTelemetry's conventions for HTTP.

using System.Diagnostics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal static class Tracing
{
    public const string RequestId = "request.id";

    const string Unnamed = "HTTP";

    /// <summary>What an OpenTelemetry SDK, ours or that of a program around us, listens to.</summary>
    public static readonly ActivitySource Source = new("TinyGrepServer");

    /// <summary>Not asynchronous by intention: the activity is to stay the current one until the reply is out and logged.</summary>
    public static Handler Trace(Handler next) => (exchange, cancellationToken) =>
    {
        Activity.Current = null; // what was current when the server was started has nothing to do with this request
        var activity = Start(ActivityKind.Server, TraceParent.Parse(exchange.Header("traceparent"), exchange.Header("tracestate")));
        activity.SetTag(RequestId, exchange.RequestId);
        exchange.WhenSent += sent => End(activity, exchange, sent);
        return next(exchange, cancellationToken);
    };

    /// <summary>A started activity: a recorded one where somebody listens, else one that has ids and nothing more.</summary>
    /// <param name="parent">Default: the current activity, or none.</param>
    public static Activity Start(ActivityKind kind, ActivityContext parent)
    {
        if (Source.CreateActivity(Unnamed, kind, parent) is { } recorded) return recorded.Start();
        var activity = new Activity(Unnamed) { IsAllDataRequested = false, TraceStateString = parent.TraceState };
        activity.SetIdFormat(ActivityIdFormat.W3C);
        if (parent != default) activity.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
        return activity.Start();
    }

    /// <summary>The id of the request that is being answered, seen from whatever runs for it.</summary>
    public static string? CurrentRequestId()
    {
        for (var activity = Activity.Current; activity is not null; activity = activity.Parent)
        {
            if (activity.GetTagItem(RequestId) is string id) return id;
        }
        return null;
    }

    static void End(Activity activity, Exchange exchange, Sent sent)
    {
        if (activity.IsAllDataRequested)
        {
            var method = Router.IsKnown(exchange.Method) ? exchange.Method : Unnamed;
            activity.DisplayName = exchange.Route is { } route ? $"{method} {route.Pattern}" : method;
            activity.SetTag("http.request.method", method == Unnamed ? "_OTHER" : method);
            if (method == Unnamed) activity.SetTag("http.request.method_original", Printable.Excerpt(exchange.Method, 32));
            activity.SetTag("url.path", Printable.Excerpt(exchange.Path, 512));
            activity.SetTag("url.scheme", "http");
            activity.SetTag("client.address", exchange.RemoteAddress.ToString());
            activity.SetTag("http.route", exchange.Route?.Pattern);
            activity.SetTag("http.response.status_code", sent.Status);
            if (sent.Status >= 500 || !sent.Whole) Fail(activity, sent);
        }
        activity.Stop();
    }

    /// <summary>A refusal is the client's business; only what went wrong here is an error of this span.</summary>
    static void Fail(Activity activity, Sent sent)
    {
        activity.SetStatus(ActivityStatusCode.Error);
        if (activity.GetTagItem("error.type") is null) activity.SetTag("error.type", sent.Status >= 500 ? $"{sent.Status}" : "cut");
    }
}
