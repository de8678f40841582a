// The order of the middleware, written in this one place, with the reason for each position. The first middleware is the outermost: it
// sees the request first and the reply last.

namespace TinyGrepServer.Server;

internal static class Pipeline
{
    /// <summary>Folds the middleware around the router, once, at start (as chi's chain does).</summary>
    public static Handler Build(Router router, IReadOnlyList<Middleware> outermostFirst) =>
        outermostFirst.Reverse().Aggregate((Handler)router.DispatchAsync, (next, wrap) => wrap(next));

    /// <param name="tracing">Opens a span for the request; null: none.</param>
    /// <param name="inner">What the caller adds: access, and middleware of its own.</param>
    public static IReadOnlyList<Middleware> Order(
        Router router,
        ServerState state,
        ServerSettings options,
        RequestMetrics metrics,
        Middleware? tracing,
        IEnumerable<Middleware> inner,
        ILogger log) =>
    [
        RequestIds.Add,                // first: log, span and error body all name the request by its id
        AccessLog.Write(log),          // outside all that may refuse: what is refused is logged, too
        metrics.Measure,               // and counted; inside the log, so that it times a little less of ourselves
        Errors.Translate(state, log),  // inside both: what is thrown on the way to the next Errors is answered, too
        tracing ?? (next => next),     // outside all that is asynchronous: its span must still be current when the reply is written
        Compression.Apply,             // outside Errors: a long error body is compressed like any other
        Cors.Allow(options),           // outside Errors: a page must be able to read why it was refused
        Locations.Complete,            // outside Errors, too: a refusal may say where the other one is
        Errors.Translate(state, log),  // outside all that refuses by throwing
        Conditional.Apply,             // inside Errors, to refuse by throwing; outside all that makes the whole representation
        Matching.FindRoute(router),    // before Drain, Limits, Deadline and access, which depend on the route
        Drain.Refuse(state),           // the first to refuse: once we stop, nothing more is looked at
        HostCheck.Refuse(options),     // before any route's own code can be reached under a foreign name
        Origins.Refuse(options),       // after it: a page is ours where it comes from a Host that is known to be ours
        Limits.Refuse(state, options), // before any work is done for the request
        Cors.AnswerPreflight(router, options), // before access: a preflight never carries the token that the request will
        Streams.Bound(state, options), // outside Deadline: a large reply is written when the handler's time is over
        SoundReplies.Check(log),       // the first of ours to see what a handler gives, before anybody relies on it
        Deadline.Set(options),         // after what answers at once, around all that may take time
        .. inner,                      // last: it knows the route, is bound by the deadline, and may refuse like a handler
    ];
}
