// Asks once and prints, without a server: the same engine, limits and errors as over HTTP, exit codes as grep has them.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal static class SearchVerb
{
    const int Found = 0;
    const int NothingFound = 1;
    const int Error = 2;

    /// <summary>Prints the answer to <paramref name="output"/>, what is wrong with it to <paramref name="complain"/>.</summary>
    /// <returns>0 found, 1 nothing found, 2 error or not everything could be searched.</returns>
    public static async Task<int> RunAsync(
        InProcess door, SearchRequest request, bool json, Stream output, Action<string> complain, CancellationToken cancellationToken)
    {
        try
        {
            var query = request.ToQuery();
            var (search, allReadable) = await door.BeginAsync(query, json ? AnswerForm.Json : AnswerForm.Text, cancellationToken);
            if (json) await PrintJsonAsync(search, output, cancellationToken);
            else await PrintTextAsync(search, query, allReadable, output, complain, cancellationToken);
            if (search.Stop is StopReason.Timeout or StopReason.Unreadable || !allReadable) return Error;
            return search.Answer.FoundAny ? Found : NothingFound;
        }
        catch (ApiError refused)
        {
            complain(refused.Message);
            return Error;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return Error; // the reader of our output has gone, as after | head
        }
    }

    /// <summary>The very document a server would send.</summary>
    static async Task PrintJsonAsync(RunningSearch search, Stream output, CancellationToken cancellationToken)
    {
        var reply = await search.ReplyAsync(cancellationToken);
        await using var owner = reply.Owner;
        if (reply.Stream is not null) await reply.Stream(output, cancellationToken);
        else await output.WriteAsync(reply.Body, cancellationToken);
        await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
    }

    static async Task PrintTextAsync(
        RunningSearch search,
        SearchQuery query,
        bool allReadable,
        Stream output,
        Action<string> complain,
        CancellationToken cancellationToken)
    {
        await using var running = search;
        await search.WriteAsync(output, cancellationToken);
        if (search.Answer.HasMore) complain($"stopped at {query.Limit} matches; there are more (--limit).");
        if (search.Stop == StopReason.Timeout) complain("the time was up; there may be more (--timeout).");
        if (search.Stop == StopReason.Unreadable || !allReadable) complain("a dictionary could not be read.");
    }
}
