// The search as called by a program that embeds the server: a typed question, a typed answer. Both go through the JSON that a client
// would read, so every caller takes the same path and gets the same answer.

using System.Runtime.CompilerServices;
using System.Text.Json;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class LocalSearch(ServerState state, InProcess door)
{
    const int MaxAnswer = 1 << 30;

    /// <exception cref="ApiError">As over HTTP.</exception>
    public async Task<SearchReply> AnswerAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        using var call = new LocalCall(state, cancellationToken);
        var reply = await door.AskAsync(request.ToQuery(), asker: "", call.Token);
        var json = await WholeAnswer.ReadAsync(reply, MaxAnswer, call.Token);
        return JsonSerializer.Deserialize(json.Span, SearchJson.Default.SearchReply)!;
    }

    /// <summary>
    /// All matches, or as many as the request's limit allows, as they are found. If an answer reaches its size limit, the next page
    /// follows automatically. Whatever else would leave a match out is thrown after those found, since a stream has no other way to say it.
    /// </summary>
    /// <exception cref="ApiError">As over HTTP; 504: the time was up; 403: a dictionary could not be read to its end.</exception>
    public async IAsyncEnumerable<MatchReply> MatchesAsync(
        SearchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = new LocalCall(state, cancellationToken);
        if (request.CountOnly == true) throw ApiError.BadRequest("'count_only' gives no matches; ask for a whole answer instead.");
        var left = ValueRules.InRange(request.Limit ?? SearchQuery.NoLimit, 1, SearchQuery.NoLimit, "limit");
        var query = (request with { Limit = null }).ToQuery();
        ApiError? unfinished = null;
        do
        {
            await foreach (var line in door.LinesAsync(query with { Limit = left }, call.Token))
            {
                if (!line.StartsWith("{\"query\":", StringComparison.Ordinal))
                {
                    yield return JsonSerializer.Deserialize(line, SearchJson.Default.MatchReply)!;
                    left--;
                    continue;
                }
                using var summary = JsonDocument.Parse(line);
                query = query with { Cursor = summary.RootElement.GetProperty("next").GetString() };
                unfinished ??= WhyUnfinished(summary.RootElement);
            }
        }
        while (left > 0 && query.Cursor is not null);
        if (left > 0 && unfinished is not null) throw unfinished;
    }

    /// <summary>New lines that match, and what else happens, as they are written; heartbeats carry the cursor.</summary>
    /// <exception cref="ApiError">As over HTTP.</exception>
    /// <exception cref="IOException">The caller is too slow, or a disk fails.</exception>
    public async IAsyncEnumerable<FollowReply> FollowAsync(
        SearchRequest request, string? cursor, int last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = new LocalCall(state, cancellationToken);
        var before = ValueRules.InRange(last, 0, Follows.MaxLast, "last");
        if (request != request.LinesAlone)
            throw ApiError.BadRequest("Only options that select lines apply to following; leave out context, limit and order.");
        await using var follow = await door.FollowAsync(request.ToQuery(), cursor, before, call.Token);
        await foreach (var told in follow.ToldAsync(call.Token))
            yield return JsonSerializer.Deserialize(told.AsLine, SearchJson.Default.FollowReply)!;
    }

    static ApiError? WhyUnfinished(JsonElement summary)
    {
        if (summary.GetProperty("stop_reason").ValueEquals("timeout")) return Refusals.OutOfTime();
        var problem = summary.GetProperty("problems").EnumerateArray().FirstOrDefault();
        if (problem.ValueKind == JsonValueKind.Undefined) return null;
        var (name, what) = (problem.GetProperty("dictionary"), problem.GetProperty("problem"));
        return new ApiError(403, $"The dictionary '{name}' was not read to its end: {what}.");
    }
}
