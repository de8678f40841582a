// The two shapes everything on the kernel is made of: a handler answers a request, a middleware wraps a handler.

namespace TinyGrepServer.Server;

/// <summary>Answers one request, or throws <see cref="ApiError"/> to refuse it.</summary>
/// <param name="exchange">The request.</param>
/// <param name="cancellationToken">Cancelled at the request's deadline and when the server is forced to stop.</param>
public delegate Task<Reply> Handler(Exchange exchange, CancellationToken cancellationToken);

/// <summary>Wraps a handler in one concern.</summary>
internal delegate Handler Middleware(Handler next);
