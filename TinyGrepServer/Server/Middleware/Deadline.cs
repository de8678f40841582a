// Gives each request a timeout, so that nothing runs for ever, whatever holds it up.

namespace TinyGrepServer.Server;

internal static class Deadline
{
    public static Middleware Set(ServerSettings options) => next => async (exchange, cancellationToken) =>
    {
        var limit = exchange.Route?.Deadline ?? options.RequestTimeout;
        if (limit == Timeout.InfiniteTimeSpan) return await next(exchange, cancellationToken);
        using var deadline = new CancellationTokenSource(limit, exchange.Time);
        await using var outer = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        try
        {
            return await next(exchange, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ApiError(504, $"The answer took longer than the {limit.TotalSeconds:0.###} s that this route allows.");
        }
    };
}
