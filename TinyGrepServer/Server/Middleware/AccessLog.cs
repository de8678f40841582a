// One line a request on stderr, written when its reply is out (or was cut).

using System.Net;

namespace TinyGrepServer.Server;

internal static partial class AccessLog
{
    const int MaxPath = 512;

    public static Middleware Write(ILogger log) => next => !log.IsEnabled(LogLevel.Information) ? next : (exchange, cancellationToken) =>
    {
        var started = exchange.Time.GetTimestamp();
        exchange.WhenSent += sent =>
        {
            var took = exchange.Time.GetElapsedTime(started).TotalMilliseconds;
            var path = Printable.Excerpt(exchange.RawUrl, MaxPath);
            var cut = sent.Whole ? "" : " cut";
            Log(log, exchange.Method, path, sent.Status, sent.Bytes, took, exchange.RemoteAddress, exchange.RequestId, cut);
        };
        return next(exchange, cancellationToken);
    };

    [LoggerMessage(
        1, LogLevel.Information, "{Method} {Path} {Status} {Bytes} B {Milliseconds:0.0} ms {Client} {RequestId}{Cut}",
        EventName = "http.server.request")]
    static partial void Log(
        ILogger log, string method, string path, int status, long bytes, double milliseconds,
        IPAddress client, string requestId, string cut);
}
