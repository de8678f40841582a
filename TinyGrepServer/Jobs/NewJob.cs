// A job as a client sends it, and the checked form of it: a NewJob that exists is valid.

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Jobs;

/// <summary>What a client sends.</summary>
public sealed record JobRequest
{
    [JsonPropertyName("kind")] public required string Kind { get; init; }

    /// <summary>A JSON object; what it must hold depends on the kind.</summary>
    [JsonPropertyName("input")] public JsonElement? Input { get; init; }

    [JsonPropertyName("priority")] public int? Priority { get; init; }

    [JsonPropertyName("run_at")] public string? RunAt { get; init; }

    [JsonPropertyName("max_attempts")] public int? MaxAttempts { get; init; }

    [JsonPropertyName("unique")] public string? Unique { get; init; }

    internal static IReadOnlyList<Parameter> Parameters { get; } =
    [
        new("kind", "The kind of work: search; relay if there is an upstream; or a kind added by an embedding program.", Required: true),
        new(
            "input",
            $"A JSON object of at most {JobInput.MaxBytes >> 10} KiB; for search: a question of the full API; " +
            "for relay: upstream and timeout, both optional.",
            "object"),
        new("priority", $"-{NewJob.MaxPriority}..{NewJob.MaxPriority}; higher runs first. Default 0.", "integer"),
        new("run_at", "Not before this time, such as 2031-05-17T08:00:00Z. Default: now."),
        new(
            "max_attempts",
            $"After so many failed attempts it stays failed, 1..{NewJob.MaxAttemptsAllowed}. Default {NewJob.DefaultAttempts}.",
            "integer"),
        new("unique", $"1..{NewJob.MaxUnique} characters: refused (409) while another job of the kind with the same key waits or runs."),
    ];
}

/// <summary>A valid job before it is kept.</summary>
internal sealed record NewJob
{
    public const int MaxPriority = 1_000;
    public const int MaxAttemptsAllowed = 100;
    public const int DefaultAttempts = 5;
    public const int MaxUnique = 200;

    static readonly string[] TimeForms =
    [
        "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
    ];

    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required byte[] Input { get; init; }

    public required long Priority { get; init; }

    /// <summary>Milliseconds since 1970; null: now.</summary>
    public required long? RunAt { get; init; }

    public required long MaxAttempts { get; init; }

    public required string? UniqueKey { get; init; }

    public required string UserName { get; init; }

    /// <exception cref="ApiError">400: a member is not fit.</exception>
    public static NewJob Parse(JobRequest request, string user, IReadOnlyDictionary<string, JobKind> kinds)
    {
        if (!kinds.TryGetValue(request.Kind, out var kind))
        {
            var known = string.Join(", ", kinds.Keys.Order(StringComparer.Ordinal));
            throw ApiError.BadRequest($"There is no kind '{Printable.Excerpt(request.Kind, 64)}'; there are {known}.");
        }
        return new NewJob
        {
            Id = OrderedId.New(),
            Kind = kind.Name,
            Input = CheckInput(request.Input, kind),
            Priority = ValueRules.InRange(request.Priority ?? 0, -MaxPriority, MaxPriority, "priority"),
            RunAt = request.RunAt is null ? null : ParseTime(request.RunAt),
            MaxAttempts = ValueRules.InRange(request.MaxAttempts ?? DefaultAttempts, 1, MaxAttemptsAllowed, "max_attempts"),
            UniqueKey = request.Unique is null ? null : CheckUnique(request.Unique),
            UserName = user,
        };
    }

    static byte[] CheckInput(JsonElement? input, JobKind kind)
    {
        var bytes = JobInput.Check(input);
        try
        {
            kind.Check(bytes);
        }
        catch (ApiError refused) when (refused.Status < 500)
        {
            throw ApiError.BadRequest($"'input' is not valid for {kind.Name}: {refused.Message}");
        }
        return bytes;
    }

    static long ParseTime(string text) =>
        DateTimeOffset.TryParseExact(Normal(text), TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw ApiError.BadRequest(
                "'run_at' must be a time with its zone, such as 2031-05-17T08:00:00Z or 2031-05-17T10:00:00+02:00, " +
                $"not '{Printable.Excerpt(text, 64)}'.");

    /// <summary>RFC 3339 allows lower-case letters and any number of digits of a second; seven of them make a tick.</summary>
    static string Normal(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var zone = dot < 0 ? -1 : text.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9');
        var digits = zone > 7 ? text.Remove(dot + 8, zone - 7) : text;
        return digits.ToUpperInvariant();
    }

    static string CheckUnique(string key) =>
        key.Length is >= 1 and <= MaxUnique && !key.Contains('\0', StringComparison.Ordinal)
            ? key
            : throw ApiError.BadRequest($"'unique' must be 1..{MaxUnique} characters without U+0000.");
}
