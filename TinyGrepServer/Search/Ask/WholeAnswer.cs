// The bytes of a whole answer: for a job, which stores it, and a call in process, which parses it.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal static class WholeAnswer
{
    /// <summary>All bytes of a reply, which is released.</summary>
    /// <param name="max">How many they may be.</param>
    /// <exception cref="ApiError">413: they are more; or whatever ends the search before its end.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(Reply reply, int max, CancellationToken cancellationToken)
    {
        await using var owner = reply.Owner;
        if (reply.Stream is null) return reply.Body.Length <= max ? reply.Body : throw TooLarge(max);
        using var body = new MemoryStream();
        await using var limited = new LimitedStream(body, max);
        await reply.Stream(limited, cancellationToken);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    static ApiError TooLarge(int max) =>
        new(413, $"The answer is larger than {max >> 20} MiB; ask for fewer matches or less context.");

    sealed class LimitedStream(MemoryStream body, int max) : WriteOnlyStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            body.Length + buffer.Length <= max ? body.WriteAsync(buffer, cancellationToken) : throw TooLarge(max);
    }
}
