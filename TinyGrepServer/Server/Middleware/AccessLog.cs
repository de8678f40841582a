// One line a request on stderr, written when its reply is out (or was cut).

using System.Diagnostics;

namespace TinyGrepServer.Server;

internal static partial class AccessLog
{
    const int MaxPath = 512;

    public static Middleware Write(ILogger log) => next => !log.IsEnabled(LogLevel.Information) ? next : (exchange, cancellationToken) =>
    {
        var started = Stopwatch.GetTimestamp();
        exchange.WhenSent += sent => Log(log, exchange.Method, Printable.Excerpt(exchange.RawUrl, MaxPath), sent.Status, sent.Bytes,
            Stopwatch.GetElapsedTime(started).TotalMilliseconds, exchange.RemoteAddress, exchange.RequestId, sent.Whole ? "" : " cut");
        return next(exchange, cancellationToken);
    };

    [LoggerMessage(1, LogLevel.Information, "{Method} {Path} {Status} {Bytes} B {Milliseconds:0.0} ms {Client} {RequestId}{Cut}", EventName = "http.server.request")]
    static partial void Log(ILogger log, string method, string path, int status, long bytes, double milliseconds, System.Net.IPAddress client, string requestId, string cut);
}
