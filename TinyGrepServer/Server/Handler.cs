// The two shapes everything on the kernel is made of: a handler answers a request, a middleware wraps a handler.

namespace TinyGrepServer.Server;

/// <summary>Answers one request, or throws <see cref="ApiError"/> to refuse it.</summary>
/// <param name="exchange">The request.</param>
/// <param name="cancellationToken">
/// Cancelled at the request's deadline, when the client leaves, and when the server is forced to stop.
/// </param>
public delegate Task<Reply> Handler(Exchange exchange, CancellationToken cancellationToken);

/// <summary>
/// Wraps a handler in one concern. The wrapping is done once, at start; what it returns sees every request and may change the
/// reply, refuse by throwing <see cref="ApiError"/>, or answer without calling <paramref name="next"/>.
/// <code>
/// Handler Stamp(Handler next) => async (exchange, stop) => (await next(exchange, stop)).With("X-Served-By", "me");
/// </code>
/// </summary>
/// <param name="next">What would have answered: the rest of the pipeline, down to the route's own handler.</param>
/// <returns>The handler that stands in its place.</returns>
public delegate Handler Middleware(Handler next);
