// Checks a handler's reply before any of it is written, while another answer is still possible: no reply at all, a status that HTTP does
// not have, or a header field that cannot be sent is a bug of the server, 500. A body with a status that allows none would be read as the
// next reply, so it is dropped and logged.

namespace TinyGrepServer.Server;

internal static partial class SoundReplies
{
    public static Middleware Check(ILogger log) => next => async (exchange, cancellationToken) =>
    {
        var reply = await next(exchange, cancellationToken);
        if (Fault(reply) is { } fault)
        {
            if (reply?.Owner is { } owner) await owner.DisposeAsync();
            throw new InvalidOperationException($"The reply cannot be sent: {fault}.");
        }
        if (!HasNoBody(reply.Status) || (reply.Stream is null && reply.Body.IsEmpty)) return reply;
        LogBody(log, exchange.Method, Printable.Excerpt(exchange.RawUrl, 512), reply.Status, exchange.RequestId);
        return reply with { Body = default, Stream = null, StreamLength = null, ContentType = null };
    };

    /// <summary>204, 205 and 304 end with their header section (RFC 9110, section 15).</summary>
    public static bool HasNoBody(int status) => status is 204 or 205 or 304;

    static string? Fault(Reply? reply)
    {
        if (reply is null) return "the handler gave none";
        if (reply.Status is < 200 or > 599) return $"there is no status {reply.Status}";
        if (reply.ContentType is { } type && FieldSyntax.Fault([("Content-Type", type)]) is { } wrong) return wrong;
        return FieldSyntax.Fault(reply.Headers);
    }

    [LoggerMessage(12, LogLevel.Error, "A reply to {Method} {Path} had a body, which {Status} cannot have; it was left out {RequestId}")]
    static partial void LogBody(ILogger log, string method, string path, int status, string requestId);
}
