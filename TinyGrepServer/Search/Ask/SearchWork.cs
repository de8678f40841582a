// A question of the full API as a job: JSON in, the same JSON out as over HTTP, whole and in memory, so its size has a limit.
// It may take an hour.

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
        await using var owner = reply.Owner;
        if (reply.Stream is null) return reply.Body.Length <= MaxAnswer ? reply.Body.ToArray() : throw TooLarge();
        using var body = new MemoryStream();
        await using var limited = new LimitedStream(body);
        await reply.Stream(limited, cancellationToken);
        return body.ToArray();
    }

    static SearchQuery Parse(ReadOnlyMemory<byte> question) =>
        StrictJson.Parse(question.Span, SearchJson.Default.SearchRequest).ToQuery();

    static ApiError TooLarge() =>
        new(413, $"The answer is larger than {MaxAnswer >> 20} MiB; ask for fewer matches or less context.");

    sealed class LimitedStream(MemoryStream body) : WriteOnlyStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            body.Length + buffer.Length <= MaxAnswer ? body.WriteAsync(buffer, cancellationToken) : throw TooLarge();
    }
}
