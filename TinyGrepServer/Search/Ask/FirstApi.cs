// The first API, kept exactly: POST /api/v1/json with an action. JSON is taken whatever the Content-Type says.

using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>A question of the first API.</summary>
public sealed record FirstRequest
{
    [JsonPropertyName("action")] public required string Action { get; init; }

    [JsonPropertyName("term")] public string? Term { get; init; }

    [JsonPropertyName("nresults")] public int? MostResults { get; init; }

    [JsonPropertyName("n_before")] public int? Before { get; init; }

    [JsonPropertyName("n_after")] public int? After { get; init; }

    [JsonPropertyName("dictionary")] public string? Dictionary { get; init; }
}

/// <summary>An answer of the first API.</summary>
/// <param name="Count">The number of results.</param>
/// <param name="Results">One entry a matching line, or one a group of lines where context was asked for.</param>
public sealed record FirstReply(
    [property: JsonPropertyName("nr of entries")] long Count,
    [property: JsonPropertyName("results")] IReadOnlyList<string> Results);

internal sealed class FirstApi(DictionaryFolder folder, string defaultDictionary, Engines engines, Answers answers)
{
    public Route Route => new("POST", "/api/v1/json", AnswerAsync)
    {
        Group = "The first API",
        OnlyReads = true,
        AnyContentType = true,
        Statuses = [200, 403, 501],
        Summary = "Search one dictionary with a basic regular expression, or read all of it.",
        RequestType = SearchJson.Plain.FirstRequest,
        ReplyType = SearchJson.Plain.FirstReply,
        Parameters =
        [
            new("action", "search or all.", Required: true, OneOf: ["search", "all"]),
            new("term", "With search: a basic regular expression of 1..1,024 characters, as grep takes it.", Least: 1, Most: SearchQuery.MaxTerm),
            new("nresults", "With search: the most entries wanted; absent, null or not above 0: all.", "integer"),
            new("n_before", "With search: lines of context before each match, 0..1,000.", "integer", Least: 0, Most: SearchQuery.MaxContext),
            new("n_after", "With search: lines of context after each match, 0..1,000.", "integer", Least: 0, Most: SearchQuery.MaxContext),
            new("dictionary", $"The dictionary's name; absent: {defaultDictionary}."),
        ],
        Example = """-s {url}/api/v1/json -d '{"action":"search","term":"benchmark","nresults":2}'""",
    };

    /// <summary>A dictionary that is missing, unreadable or outside the folder: all told alike.</summary>
    public static ApiError NoSuchDictionary(string name) =>
        new(403, $"There is no readable dictionary '{Printable.Excerpt(name, 200)}'. GET /api/v1/dictionaries lists them.");

    async Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var request = StrictJson.Parse((await exchange.Body.ReadAsync(cancellationToken)).Span, SearchJson.Default.FirstRequest);
        var (term, before, after, most) = Read(request);
        var name = request.Dictionary ?? defaultDictionary;
        var file = folder.Find(name) ?? throw NoSuchDictionary(name);
        return await answers.AskAsync(engines.ForEntries(term, before, after, most, file), cancellationToken);
    }

    /// <summary>An empty term stands for all lines.</summary>
    static (string Term, int Before, int After, long? Most) Read(FirstRequest request)
    {
        if (request.Action == "all")
        {
            if (request is not { Term: null, MostResults: null, Before: null, After: null })
                throw ApiError.BadRequest("The action 'all' takes no key but 'dictionary'.");
            return ("", 0, 0, null);
        }
        if (request.Action != "search") throw new ApiError(501, $"Unknown action '{Printable.Excerpt(request.Action, 64)}'; there are search and all.");
        var term = SearchQuery.CheckTerm(request.Term, "term");
        var before = SearchQuery.CheckRange(request.Before, 0, SearchQuery.MaxContext, 0, "n_before");
        var after = SearchQuery.CheckRange(request.After, 0, SearchQuery.MaxContext, 0, "n_after");
        return (term, before, after, request.MostResults is > 0 ? request.MostResults : null);
    }
}
