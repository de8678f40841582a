// The full API: GET /api/v1/search with query parameters, QUERY and POST with the same names in JSON.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class FullApi(DictionaryFolder folder, Searching searching, SearchSettings settings)
{
    const string Path = "/api/v1/search";
    const string Json = "application/json";
    const string Ndjson = "application/x-ndjson";

    public IEnumerable<Route> Routes =>
    [
        Describe(new Route("GET", Path, GetAsync)) with { Example = "-s '{url}/api/v1/search?q=cache&limit=2&context=1'" },
        Describe(new Route("POST", Path, PostAsync)) with
        {
            OnlyReads = true,
            RequestType = SearchJson.Plain.SearchRequest,
            Example = """-s {url}/api/v1/search -H 'Content-Type: application/json' -d '{"q":"^4[0-9]4","mode":"extended"}'""",
        },
        Describe(new Route("QUERY", Path, PostAsync)) with
        {
            RequestType = SearchJson.Plain.SearchRequest,
            Example = """
                -s -X QUERY {url}/api/v1/search -H 'Content-Type: application/json' -d '{"q":"naïve","dictionary":"q*.txt"}'
                """,
        },
    ];

    Route Describe(Route route) => route with
    {
        Group = "Search",
        Chapter = "docs/inside/sharing.md",
        Summary = "Search dictionaries; every match with its line number, bounds and context. "
            + "Accept: application/x-ndjson gives one match per line.",
        Parameters = SearchRequest.Parameters,
        ReplyType = SearchJson.Plain.SearchReply,
        ReplyContentTypes = [Json, Ndjson],
        Statuses = route.Method == "POST" ? [200, 403, 404, 409] : [200, 304, 403, 404, 409],
        Deadline = settings.RequestTimeout,
    };

    Task<Reply> GetAsync(Exchange exchange, CancellationToken cancellationToken) =>
        AnswerAsync(SearchRequest.FromQuery(exchange.Query).ToQuery(), exchange, cancellationToken);

    async Task<Reply> PostAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        if (exchange.Query.Count > 0)
            throw ApiError.BadRequest($"With {exchange.Method} the question belongs in the body, not in the URL.");
        var request = await exchange.ReadJsonAsync(SearchJson.Default.SearchRequest, cancellationToken);
        return await AnswerAsync(request.ToQuery(), exchange, cancellationToken);
    }

    async Task<Reply> AnswerAsync(SearchQuery query, Exchange exchange, CancellationToken cancellationToken)
    {
        var form = WantsNdjson(exchange) ? AnswerForm.Ndjson : AnswerForm.Json;
        var question = await Question.OfAsync(query, folder, form, $"{exchange.CountedAddress}", cancellationToken);
        var hasCopy = exchange.Header("If-None-Match") is not null;
        if (hasCopy && searching.KnownTag(question, exchange.KnownTag) is { } tag)
            return searching.Kept(question) ?? Reply.Empty(304, ("ETag", tag), ("Vary", "Accept"), ("Vary", "Accept-Encoding"));
        return exchange.Method == "HEAD"
            ? await searching.HeadAsync(question, cancellationToken)
            : await searching.AskAsync(question, cancellationToken);
    }

    static bool WantsNdjson(Exchange exchange) =>
        ContentNegotiation.MediaType(exchange.Header("Accept"), Json, Ndjson) == Ndjson;
}
