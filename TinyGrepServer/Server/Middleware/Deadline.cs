// Gives each request its time: a client's leaving is never signalled by HttpListener, so nothing may run for ever.

namespace TinyGrepServer.Server;

internal static class Deadline
{
    public static Middleware Set(ServerSettings options) => next => async (exchange, cancellationToken) =>
    {
        var limit = exchange.Route?.Deadline ?? options.RequestTimeout;
        if (limit == Timeout.InfiniteTimeSpan) return await next(exchange, cancellationToken);
        using var deadline = new CancellationTokenSource(limit, exchange.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await next(exchange, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ApiError(504, $"The answer took longer than the {limit.TotalSeconds:0.###} s this route may take.");
        }
    };
}
