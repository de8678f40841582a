// The first API, unchanged: POST /api/v1/json with an action. JSON is accepted whatever the Content-Type says.

using System.Diagnostics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class FirstApi(DictionaryFolder folder, DefaultDictionary defaultDictionary, Searching searching, SearchSettings settings)
{
    public Route Route => new("POST", "/api/v1/json", AnswerAsync)
    {
        Group = "The first API",
        Chapter = "docs/inside/children.md",
        OnlyReads = true,
        AnyContentType = true,
        Statuses = [200, 403, 501],
        Deadline = settings.RequestTimeout,
        Summary = "Search one dictionary with a basic regular expression, or read all of it.",
        RequestType = SearchJson.Plain.FirstRequest,
        ReplyType = SearchJson.Plain.FirstReply,
        Parameters =
        [
            new("action", "search or all.", Required: true, OneOf: ["search", "all"]),
            new("term", "With search: a basic regular expression of 1..1,024 characters, as in grep.",
                Min: 1, Max: SearchQuery.MaxTerm),
            new("nresults", "With search: the maximum number of entries; absent, null, zero or less: all.", "integer"),
            new("n_before", "With search: lines of context before each match, 0..1,000.", "integer",
                Min: 0, Max: SearchQuery.MaxContext),
            new("n_after", "With search: lines of context after each match, 0..1,000.", "integer",
                Min: 0, Max: SearchQuery.MaxContext),
            new("dictionary", $"The dictionary's name; absent: {defaultDictionary.Description}."),
        ],
        Example = """-s {url}/api/v1/json -d '{"action":"search","term":"benchmark","nresults":2}'""",
    };

    async Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var body = await exchange.Body.ReadAsync(cancellationToken);
        var request = StrictJson.Parse(body.Span, SearchJson.Default.FirstRequest);
        var query = Read(request);
        var name = request.Dictionary ?? defaultDictionary.Name ?? throw Refusals.NoDictionary();
        var began = Stopwatch.GetTimestamp();
        var file = folder.Find(name) ?? throw Refusals.NoReadableDictionary(name);
        var question = new Question
        {
            Query = query,
            Scope = SearchScope.Of(file),
            Looked = Stopwatch.GetElapsedTime(began),
            Form = AnswerForm.Entries,
            Asker = $"{exchange.CountedAddress}",
        };
        return await searching.AskAsync(question, cancellationToken);
    }

    static SearchQuery Read(FirstRequest request)
    {
        if (request.Action == "all")
        {
            return request is { Term: null, MaxResults: null, Before: null, After: null }
                ? SearchQuery.EveryLine
                : throw ApiError.BadRequest("The action 'all' takes no other key than 'dictionary'.");
        }
        if (request.Action != "search")
            throw new ApiError(501, $"Unknown action '{Printable.Excerpt(request.Action, 64)}'; there are search and all.");
        return new SearchQuery
        {
            Term = SearchQuery.CheckTerm(request.Term, "term"),
            Before = ValueRules.InRange(request.Before ?? 0, 0, SearchQuery.MaxContext, "n_before"),
            After = ValueRules.InRange(request.After ?? 0, 0, SearchQuery.MaxContext, "n_after"),
            Limit = request.MaxResults is > 0 and var max ? max : SearchQuery.NoLimit,
        };
    }
}
