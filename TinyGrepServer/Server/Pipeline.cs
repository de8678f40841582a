// The order in which every request is looked at, written in this one place. The first middleware is the outermost.

namespace TinyGrepServer.Server;

internal static class Pipeline
{
    /// <summary>Folds the middleware around the router, once, at start (as chi's chain does).</summary>
    public static Handler Build(Router router, IReadOnlyList<Middleware> outermostFirst) =>
        outermostFirst.Reverse().Aggregate((Handler)router.DispatchAsync, (next, wrap) => wrap(next));

    public static IReadOnlyList<Middleware> Order(Router router, ServerState state, ServerSettings options, RequestMetrics metrics, Middleware tracing, Middleware access, ILogger log) =>
    [
        RequestIds.Add,
        AccessLog.Write(log),
        metrics.Measure,
        tracing,
        Compression.Apply,
        Errors.Translate(state, log),
        Matching.FindRoute(router),
        Drain.Refuse(state),
        HostCheck.Refuse(options),
        Limits.Refuse(state, options),
        Deadline.Set(options),
        access,
    ];
}
