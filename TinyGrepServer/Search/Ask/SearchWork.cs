// A search of the full API as a job: JSON in, the same JSON out as over HTTP, whole and in memory, so its size is limited. It may take
// an hour.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class SearchWork(InProcess door)
{
    const int MaxAnswer = 16 << 20;
    static readonly TimeSpan MaxTime = TimeSpan.FromHours(1);

    /// <summary>Refuses what is not a question.</summary>
    /// <exception cref="ApiError">400.</exception>
    public static void Check(ReadOnlyMemory<byte> question) => Parse(question);

    /// <exception cref="ApiError">Where the search is refused or fails, or its answer is larger than 16 MiB.</exception>
    public async Task<byte[]> AnswerAsync(ReadOnlyMemory<byte> question, CancellationToken cancellationToken)
    {
        var reply = await door.AskAloneAsync(Parse(question), MaxTime, cancellationToken);
        return (await WholeAnswer.ReadAsync(reply, MaxAnswer, cancellationToken)).ToArray();
    }

    static SearchQuery Parse(ReadOnlyMemory<byte> question) =>
        StrictJson.Parse(question.Span, SearchJson.Default.SearchRequest).ToQuery();
}
