// What the client gets when a hedged request is over. Every answer, good or bad, lists each attempt in Server-Timing.

using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Relay;

internal static class RelayReply
{
    /// <summary>The upstream's JSON.</summary>
    public static Reply Success(HedgedRequest request, UpstreamAnswer answer)
    {
        var hasPolicy = answer.Headers.Any(field => field.Name == "Cache-Control");
        return new Reply
        {
            ContentType = "application/json",
            Body = answer.Body,
            Headers = [.. answer.Headers, .. hasPolicy ? [] : new[] { ("Cache-Control", "no-store") }, .. Headers(request)],
        };
    }

    /// <summary>502: no attempt succeeded.</summary>
    public static ApiError Failure(HedgedRequest request, string upstream)
    {
        var failed = request.Attempts;
        var each = string.Join("; ", failed.Select(attempt => $"{attempt.Number}: {attempt.Answer?.Failure ?? "given up"}"));
        var attempts = failed.Count == 1 ? "attempt" : "attempts";
        return new ApiError(
            502,
            $"The upstream '{upstream}' gave no usable answer in {failed.Count} {attempts}. {each}.",
            [.. Headers(request), .. RetryAfter(request)]);
    }

    /// <summary>504: no success within the time the client gave.</summary>
    public static ApiError TooLate(HedgedRequest request, string upstream, TimeSpan limit) =>
        new(
            504,
            Invariant($"The upstream '{upstream}' gave no usable answer within {limit.TotalMilliseconds:0} ms."),
            [.. Headers(request), .. RetryAfter(request)]);

    /// <summary>What the upstream has asked for is our client's to heed, too: the longest wait of all attempts.</summary>
    static (string, string)[] RetryAfter(HedgedRequest request) =>
        request.Attempts.Max(attempt => attempt.Answer?.RetryAfter) is { } wait
            ? [("Retry-After", Invariant($"{Math.Ceiling(wait.TotalSeconds):0}"))]
            : [];

    static (string, string)[] Headers(HedgedRequest request)
    {
        var hedging = request.IsUnhedged ? "off" : request.IsDenied ? "budget-exhausted" : null;
        return hedging is null ? [("Server-Timing", Timing(request))] : [("Server-Timing", Timing(request)), ("X-Hedging", hedging)];
    }

    static string Timing(HedgedRequest request) =>
        string.Join(", ", request.Attempts.Select(Timing).Append(Invariant($"relay;dur={request.Elapsed.TotalMilliseconds:0.0}")));

    static string Timing(Attempt attempt)
    {
        var (start, end) = (attempt.Start.TotalMilliseconds, (attempt.End ?? attempt.Start).TotalMilliseconds);
        var words = Quotable(Words(attempt));
        return Invariant($"attempt{attempt.Number};dur={end - start:0.0};desc=\"{start:0.0} to {end:0.0} ms: {words}\"");
    }

    static string Words(Attempt attempt) => attempt.Outcome switch
    {
        AttemptOutcome.Won => "won",
        AttemptOutcome.Failed => $"failed, {attempt.Answer?.Failure}",
        AttemptOutcome.TimedOut => "ended by the timeout",
        _ => "lost",
    };

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static string Quotable(string text) => string.Concat(text.Select(letter => letter is '"' or '\\' or < ' ' or > '~' ? '?' : letter));
}
