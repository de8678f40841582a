// The full API: GET /api/v1/search with query parameters, QUERY and POST with the same names in JSON.

using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>A match of the full API.</summary>
public sealed record MatchReply
{
    [JsonPropertyName("dictionary")] public required string Dictionary { get; init; }

    /// <summary>From 1.</summary>
    [JsonPropertyName("line")] public required long Line { get; init; }

    /// <summary>The line without its newline; bytes that are not UTF-8 are U+FFFD.</summary>
    [JsonPropertyName("text")] public required string Text { get; init; }

    /// <summary>The matched parts, [start, end) in UTF-16 code units; absent where they cannot be told.</summary>
    [JsonPropertyName("bounds")] public IReadOnlyList<IReadOnlyList<int>>? Bounds { get; init; }

    [JsonPropertyName("before")] public required IReadOnlyList<string> Before { get; init; }

    [JsonPropertyName("after")] public required IReadOnlyList<string> After { get; init; }
}

/// <summary>An answer of the full API.</summary>
public sealed record SearchReply
{
    /// <summary>The question as it was understood, defaults filled in.</summary>
    [JsonPropertyName("query")] public required SearchRequest Query { get; init; }

    [JsonPropertyName("matches")] public required IReadOnlyList<MatchReply> Matches { get; init; }

    /// <summary>Matches in this answer; with count_only: of all.</summary>
    [JsonPropertyName("count")] public required long Count { get; init; }

    /// <summary>False where anything was left out.</summary>
    [JsonPropertyName("complete")] public required bool Complete { get; init; }

    /// <summary><c>end</c>, or why the answer is not complete: <c>limit</c>, <c>timeout</c>, <c>unreadable</c>.</summary>
    [JsonPropertyName("stop_reason")] public required string StopReason { get; init; }

    /// <summary>The cursor for the next part; null where there is none.</summary>
    [JsonPropertyName("next")] public required string? Next { get; init; }
}

/// <summary>Where a question is to be searched.</summary>
/// <param name="Files">The dictionaries, in order.</param>
/// <param name="From">Where an earlier answer stopped; null: from the beginning.</param>
/// <param name="AllReadable">False where a file was left out because it cannot be read.</param>
internal sealed record SearchScope(IReadOnlyList<DictionaryFile> Files, Cursor? From, bool AllReadable);

internal sealed class FullApi(DictionaryFolder folder, Engines engines, Answers answers)
{
    const string Path = "/api/v1/search";

    public IEnumerable<Route> Routes =>
    [
        Describe(new Route("GET", Path, GetAsync)) with { Example = "-s '{url}/api/v1/search?q=cache&limit=2&context=1'" },
        Describe(new Route("POST", Path, PostAsync)) with { OnlyReads = true, RequestType = SearchJson.Plain.SearchRequest, Example = """-s {url}/api/v1/search -H 'Content-Type: application/json' -d '{"q":"^4[0-9]4","mode":"extended"}'""" },
        Describe(new Route("QUERY", Path, PostAsync)) with { RequestType = SearchJson.Plain.SearchRequest, Example = """-s -X QUERY {url}/api/v1/search -H 'Content-Type: application/json' -d '{"q":"naïve","dictionary":"q*.txt"}'""" },
    ];

    /// <summary>Answers a question; also for those who ask without HTTP.</summary>
    /// <param name="query">The question.</param>
    /// <param name="ndjson">Whether the answer is one match a line.</param>
    /// <param name="isKnown">The entity tag under which the client has the answer already, if it has; null: it has none.</param>
    /// <exception cref="ApiError">404: no such dictionary; 400, 409: a cursor that does not fit; 503: no room.</exception>
    public async Task<Reply> AnswerAsync(SearchQuery query, bool ndjson, Func<string, string?>? isKnown, CancellationToken cancellationToken)
    {
        var scope = Select(query);
        var question = engines.ForMatches(query, scope, ndjson);
        if (isKnown is not null && question.IsSettled(TimeProvider.System.GetUtcNow()) && isKnown(question.Tag) is { } tag) return Reply.Empty(304, ("ETag", tag), ("Vary", "Accept"));
        return await answers.AskAsync(question, cancellationToken);
    }

    /// <summary>Answers a question by a search of its own that may take its time.</summary>
    /// <param name="limit">How much.</param>
    /// <exception cref="ApiError">As <see cref="AnswerAsync"/>.</exception>
    public Task<Reply> AnswerPatientlyAsync(SearchQuery query, TimeSpan limit, CancellationToken cancellationToken) =>
        answers.AskAloneAsync(engines.ForMatches(query, Select(query), ndjson: false), limit, cancellationToken);

    /// <summary>Finds the dictionaries of a question.</summary>
    /// <exception cref="ApiError">404: no such dictionary; 400, 409: a cursor that does not fit.</exception>
    public SearchScope Select(SearchQuery query)
    {
        var (listed, missing) = folder.Select(query.Dictionaries);
        if (missing.Count > 0) throw ApiError.NotFound($"There is no dictionary '{Printable.Excerpt(missing[0], 200)}'. GET /api/v1/dictionaries lists them.");
        DictionaryFile[] files = [.. listed.Where(one => one.Skipped is null).Select(one => one.File!)];
        Cursor? from = query.Cursor is null ? null : Cursor.Decode(query.Cursor, query, files);
        return new SearchScope(files, from, files.Length == listed.Count);
    }

    static Route Describe(Route route) => route with
    {
        Group = "Search",
        Summary = "Search dictionaries; every match with its line number, bounds and context. Accept: application/x-ndjson gives one match a line.",
        Parameters = SearchRequest.Parameters,
        ReplyType = SearchJson.Plain.SearchReply,
        ReplyContentTypes = ["application/json", "application/x-ndjson"],
        Statuses = route.Method == "POST" ? [200, 403, 404, 409] : [200, 304, 403, 404, 409],
    };

    Task<Reply> GetAsync(Exchange exchange, CancellationToken cancellationToken) =>
        AnswerAsync(SearchRequest.FromQuery(exchange.Query).ToQuery(), WantsNdjson(exchange), exchange.Header("If-None-Match") is null ? null : exchange.KnownTag, cancellationToken);

    async Task<Reply> PostAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        if (exchange.Query.Count > 0) throw ApiError.BadRequest($"With {exchange.Method} the question belongs in the body, not in the URL.");
        var request = await exchange.ReadJsonAsync(SearchJson.Default.SearchRequest, cancellationToken);
        return await AnswerAsync(request.ToQuery(), WantsNdjson(exchange), exchange.Header("If-None-Match") is null ? null : exchange.KnownTag, cancellationToken);
    }

    static bool WantsNdjson(Exchange exchange) =>
        exchange.Header("Accept")?.Contains("application/x-ndjson", StringComparison.OrdinalIgnoreCase) ?? false;
}
