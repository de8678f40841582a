// The entry for searches without HTTP: from pages, jobs, and programs that embed the server. They take the same path as HTTP, with the
// same turns, limits and cache; the caller gives a question, whose line it waits in and, if it is not the usual one, a timeout.

using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class InProcess(
    DictionaryFolder folder,
    Searching searching,
    DictionariesApi dictionaries,
    LinesApi lines,
    Follows follows,
    SearchSettings settings)
{
    /// <summary>New lines that match, as they are written.</summary>
    /// <exception cref="ApiError">400: the pattern or the cursor; 404: no such dictionary; 503: too many follow.</exception>
    public Task<FollowStream> FollowAsync(SearchQuery query, string? cursor, int last, CancellationToken cancellationToken) =>
        follows.BeginAsync(query, cursor, last, asker: "", cancellationToken);

    /// <summary>A page of the list of dictionaries; <paramref name="query"/> has the parameters of <c>/api/v1/dictionaries</c>.</summary>
    /// <exception cref="ApiError">400: a parameter; 404: no such folder; 503: the folder cannot be read now.</exception>
    public Task<DictionaryList> ListAsync(IReadOnlyList<(string Name, string Value)> query, CancellationToken cancellationToken) =>
        dictionaries.ListAsync(query, cancellationToken);

    /// <summary>How long the asking of a search may take, a margin to say so included.</summary>
    public TimeSpan RequestTimeout => settings.RequestTimeout;

    /// <summary>Answers a question of the full API with its JSON.</summary>
    /// <param name="asker">In whose line it waits for its turn; the program's own is "".</param>
    /// <exception cref="ApiError">404: no such dictionary; 400, 409: a cursor that does not fit; 503: no room.</exception>
    public async Task<Reply> AskAsync(SearchQuery query, string asker, CancellationToken cancellationToken) =>
        await searching.AskAsync(await QuestionOfAsync(query, AnswerForm.Json, asker, cancellationToken), cancellationToken);

    /// <summary>The same with a search of its own and its own timeout.</summary>
    public async Task<Reply> AskAloneAsync(SearchQuery query, TimeSpan timeout, CancellationToken cancellationToken) =>
        await searching.AskAloneAsync(
            await QuestionOfAsync(query, AnswerForm.Json, asker: "", cancellationToken), timeout, cancellationToken);

    /// <summary>
    /// The lines of its NDJSON as they are found, the summary last, by a search of its own. One who reads slowly holds the search back,
    /// which lends its turn meanwhile; one who stops reading ends it.
    /// </summary>
    public async IAsyncEnumerable<string> LinesAsync(SearchQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var question = await QuestionOfAsync(query, AnswerForm.Ndjson, asker: "", cancellationToken);
        await using var search = await searching.SearchAsync(question, new SearchClock(settings.Timeout), cancellationToken);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe();
        var writing = WriteAsync(search, pipe.Writer.AsStream(), given.Token);
        try
        {
            using var lines = new StreamReader(pipe.Reader.AsStream());
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                cancellationToken.ThrowIfCancellationRequested(); // a line that is there already comes without a look at it
                yield return line;
            }
            await writing; // the lines end, too, where it failed
        }
        finally
        {
            await given.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A window of a dictionary; <paramref name="window"/> has the parameters of <c>/api/v1/lines</c>.</summary>
    /// <exception cref="ApiError">400: a parameter; 403, 404: the dictionary; 504: too far inside to be counted in time.</exception>
    public Task<LinesReply> LinesAsync(
        string name, IReadOnlyList<(string Name, string Value)> window, string asker, CancellationToken cancellationToken) =>
        lines.ReadAsync(name, window, asker, cancellationToken);

    static async Task WriteAsync(RunningSearch search, Stream output, CancellationToken cancellationToken)
    {
        await using (output) await search.WriteAsync(output, cancellationToken);
    }

    ValueTask<Question> QuestionOfAsync(SearchQuery query, AnswerForm form, string asker, CancellationToken cancellationToken) =>
        Question.OfAsync(query, folder, form, asker, cancellationToken);
}
