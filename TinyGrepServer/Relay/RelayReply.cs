// What the client gets when a hedged request is over. Every answer, good or bad, tells each attempt in Server-Timing.

using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Relay;

internal static class RelayReply
{
    /// <summary>The upstream's JSON.</summary>
    public static Reply Success(HedgedRequest request, UpstreamAnswer answer)
    {
        var headers = answer.Headers.Any(field => field.Name == "Cache-Control") ? answer.Headers : [.. answer.Headers, ("Cache-Control", "no-store")];
        return new Reply { ContentType = "application/json", Body = answer.Body, Headers = [.. headers, .. Headers(request)] };
    }

    /// <summary>502: no attempt succeeded.</summary>
    public static ApiError Failure(HedgedRequest request, string upstream)
    {
        var failed = request.Attempts;
        var each = string.Join("; ", failed.Select(attempt => $"{attempt.Number}: {attempt.Answer?.Failure}"));
        return new ApiError(502, $"The upstream '{upstream}' gave no good answer in {failed.Count} {(failed.Count == 1 ? "attempt" : "attempts")}. {each}.", Headers(request));
    }

    /// <summary>504: no success within the time the client gave.</summary>
    public static ApiError TooLate(HedgedRequest request, string upstream, TimeSpan limit) =>
        new(504, string.Create(CultureInfo.InvariantCulture, $"The upstream '{upstream}' gave no good answer within {limit.TotalMilliseconds:0} ms."), Headers(request));

    static (string, string)[] Headers(HedgedRequest request)
    {
        var hedging = request.IsUnhedged ? "off" : request.IsDenied ? "budget-exhausted" : null;
        return hedging is null ? [("Server-Timing", Timing(request))] : [("Server-Timing", Timing(request)), ("X-Hedging", hedging)];
    }

    static string Timing(HedgedRequest request) =>
        string.Join(", ", request.Attempts.Select(Timing).Append(Milliseconds($"relay;dur={request.Elapsed.TotalMilliseconds:0.0}")));

    static string Timing(Attempt attempt)
    {
        var (start, end) = (attempt.Start.TotalMilliseconds, (attempt.End ?? attempt.Start).TotalMilliseconds);
        return Milliseconds($"attempt{attempt.Number};dur={end - start:0.0};desc=\"{start:0.0} to {end:0.0} ms: {Quotable(Words(attempt))}\"");
    }

    static string Words(Attempt attempt) => attempt.Outcome switch
    {
        AttemptOutcome.Won => "won",
        AttemptOutcome.Failed => $"failed, {attempt.Answer?.Failure}",
        AttemptOutcome.TimedOut => "ended by the timeout",
        _ => "lost",
    };

    static string Milliseconds(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static string Quotable(string text) => string.Concat(text.Select(letter => letter is '"' or '\\' or < ' ' or > '~' ? '?' : letter));
}
