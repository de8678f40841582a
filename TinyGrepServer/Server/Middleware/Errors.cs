// The one translator from exceptions to replies. An ApiError says what the client gets; a cancellation says who cancelled; where the
// system is out of resources, the client may try again; anything else is a 500 whose details are only in the log, under the request's
// id.

using System.Diagnostics;

namespace TinyGrepServer.Server;

internal static partial class Errors
{
    /// <summary>
    /// Answers what is thrown inside. What is inside begins here and not in an asynchronous method, so that a span it starts stays current.
    /// </summary>
    public static Middleware Translate(ServerState state, ILogger log) => next => (exchange, cancellationToken) =>
    {
        Task<Reply> replying;
        try
        {
            replying = next(exchange, cancellationToken);
        }
#pragma warning disable CA1031 // The request's catch-all: whatever is thrown, its client gets an answer.
        catch (Exception thrown)
        {
            return Task.FromResult(ReplyTo(thrown, exchange, state, log));
        }
        return replying.IsCompletedSuccessfully ? replying : TranslatedAsync();

        async Task<Reply> TranslatedAsync()
        {
            try
            {
                return await replying;
            }
            catch (Exception thrown)
            {
                return ReplyTo(thrown, exchange, state, log);
            }
#pragma warning restore CA1031
        }
    };

    static Reply ReplyTo(Exception thrown, Exchange exchange, ServerState state, ILogger log)
    {
        var error = thrown switch
        {
            ApiError refusal => refusal,
            OperationCanceledException when exchange.HasLeft => Left(exchange),
            OperationCanceledException when state.ForcedStop.IsCancellationRequested =>
                ApiError.Unavailable("The server is shutting down; this request was cancelled."),
            _ when ProcessLimits.AreReachedBy(thrown) => NoRoom(thrown, exchange, log),
            _ => null,
        };
        if (error is null) return Unexpected(thrown, exchange, log);
        if (FieldSyntax.Fault(error.Headers) is { } fault)
            return Unexpected(new InvalidOperationException($"The refusal cannot be sent: {fault}.", thrown), exchange, log);
        return ErrorBody.ToReply(exchange, error.Status, error.Message, error.Headers);
    }

    /// <summary>499, as in nginx's log; a client that has closed only the sending half of the connection can still read it.</summary>
    static ApiError Left(Exchange exchange)
    {
        exchange.WantsClose = true;
        return new ApiError(499, "The client closed its side of the connection before the answer was ready.");
    }

    static ApiError NoRoom(Exception thrown, Exchange exchange, ILogger log)
    {
        LogNoRoom(log, exchange.Method, Printable.Excerpt(exchange.RawUrl, 512), thrown.Message);
        return ApiError.Unavailable("The system is out of resources for this request; try again shortly.");
    }

    /// <summary>A fault of ours: the log has the whole of it, the client is told where to look.</summary>
    static Reply Unexpected(Exception thrown, Exchange exchange, ILogger log)
    {
        Activity.Current?.SetTag("error.type", thrown.GetType().FullName).AddException(thrown);
        Log(log, thrown, exchange.Method, Printable.Excerpt(exchange.RawUrl, 512), exchange.RequestId);
        var detail = $"Something went wrong on the server. Its log has the details under request id {exchange.RequestId}.";
        return ErrorBody.ToReply(exchange, 500, detail, []);
    }

    [LoggerMessage(11, LogLevel.Warning, "Out of resources for {Method} {Path}: {Reason}")]
    static partial void LogNoRoom(ILogger log, string method, string path, string reason);

    [LoggerMessage(2, LogLevel.Error, "Unhandled error in {Method} {Path} {RequestId}", EventName = "http.server.error")]
    static partial void Log(ILogger log, Exception thrown, string method, string path, string requestId);
}
