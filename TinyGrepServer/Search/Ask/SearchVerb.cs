// Searches once and prints, without a server: the same engine, limits and errors as over HTTP, and grep's exit codes.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class SearchVerb(Searching searching, SearchPaths paths, TimeSpan timeout)
{
    const int Found = 0;
    const int NothingFound = 1;
    const int Error = 2;

    /// <summary>Prints the answer to <paramref name="output"/>, what is wrong with it to <paramref name="complain"/>.</summary>
    /// <returns>0 found, 1 nothing found, 2 error or not everything could be searched.</returns>
    /// <exception cref="UsageError">A path leads to nothing.</exception>
    public async Task<int> RunAsync(
        SearchWish wish, Stream output, Action<string> complain, CancellationToken cancellationToken)
    {
        try
        {
            var query = wish.Request.ToQuery();
            var question = new Question { Query = query, Scope = await paths.ScopeAsync(query, cancellationToken), Form = wish.Form };
            var search = await searching.SearchAsync(question, new SearchClock(timeout), cancellationToken);
            if (wish.Form == AnswerForm.Json) await PrintJsonAsync(search, output, cancellationToken);
            else await PrintTextAsync(search, question, output, complain, cancellationToken);
            if (search.Stop is StopReason.Timeout or StopReason.Unreadable || !question.Scope.AllReadable) return Error;
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
        RunningSearch search, Question question, Stream output, Action<string> complain, CancellationToken cancellationToken)
    {
        await using var running = search;
        await search.WriteAsync(output, cancellationToken);
        var what = question.Form == AnswerForm.Text ? "matches" : "files";
        if (search.Answer.HasMore) complain($"stopped at {question.Query.Limit} {what}; there are more (--limit).");
        if (search.Stop == StopReason.Timeout) complain("the time was up; there may be more (--timeout).");
        var unread = LeftOut.Of(question.Scope, search.Answer.Problems).ToList();
        foreach (var (name, problem) in unread)
            complain(problem == Problem.Unreadable ? $"{name} could not be read." : $"{name}: {problem}.");
        if (search.Stop == StopReason.Unreadable && unread.Count == 0) complain("a dictionary could not be read.");
    }
}
