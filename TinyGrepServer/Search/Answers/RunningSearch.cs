// A running search and its answer. Up to 1 MiB the answer is buffered and sent in one write with its length; a larger one is streamed in
// pieces, and a slow client holds back its own search (backpressure) but not others: while it waits for the client, the search lends its
// turn.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <param name="run">Where the lines come from.</param>
/// <param name="answer">What becomes of them.</param>
/// <param name="sink">Takes the lines for it.</param>
/// <param name="ticket">The turn, which the run gives back at its end.</param>
/// <param name="timing">What went before.</param>
internal sealed class RunningSearch(ISearchRun run, Answer answer, ILineSink sink, SearchTicket ticket, SearchTiming timing)
    : IAsyncDisposable
{
    const int MaxWhole = 1 << 20;

    public Answer Answer => answer;

    /// <summary>Why it ended, once it has.</summary>
    public StopReason Stop => run.Stop;

    /// <summary>Runs the search and returns the reply, which owns it from then on.</summary>
    /// <exception cref="ApiError">Where the search failed before anything was sent.</exception>
    public async Task<Reply> ReplyAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await run.ReadAsync(sink, cancellationToken))
            {
                if (answer.Held > MaxWhole) return Stream();
            }
            bool left;
            do
            {
                left = Complete();
                // Decided by the length alone, not by how it arrived: the same question gives the same bytes.
                if (answer.Held > MaxWhole && run.Stop is (StopReason.End or StopReason.Limit)) return Stream();
            }
            while (left);
            var reply = Whole();
            await DisposeAsync();
            return reply;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the search and writes each piece as it comes, for those who read along.</summary>
    /// <exception cref="ApiError">Where the search is refused.</exception>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        while (await run.ReadAsync(sink, cancellationToken)) await SendAsync(output, atLeast: 1, cancellationToken);
        await FinishAsync(output, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await run.DisposeAsync();
        lock (answer.Gate) answer.Dispose();
    }

    /// <summary>Lets the answer write more of what it holds back until the end of the search; false: that was all.</summary>
    bool Complete()
    {
        answer.Problems = run.Problems;
        lock (answer.Gate) return answer.Complete();
    }

    Reply Whole()
    {
        lock (answer.Gate)
            return answer.Compose(answer.Tail(run.Stop)).With("Server-Timing", timing.With(run.Engine, run.Elapsed));
    }

    Reply Stream()
    {
        lock (answer.Gate) answer.Streaming = true;
        return new Reply
        {
            ContentType = answer.ContentType,
            Headers = [.. answer.Headers, ("Server-Timing", timing.With(run.Engine, elapsed: null))],
            Stream = StreamAsync,
            Owner = this,
        };
    }

    async Task StreamAsync(Stream output, CancellationToken stopping)
    {
        await ticket.LendWhileAsync(output.WriteAsync(answer.Head, stopping), stopping);
        do await SendAsync(output, ILineSink.Step, stopping);
        while (await run.ReadAsync(sink, stopping));
        await FinishAsync(output, stopping);
    }

    async Task FinishAsync(Stream output, CancellationToken stopping)
    {
        while (Complete()) await SendAsync(output, ILineSink.Step, stopping);
        answer.Output.Append(answer.Tail(run.Stop));
        await SendAsync(output, atLeast: 1, stopping);
    }

    async Task SendAsync(Stream output, int atLeast, CancellationToken stopping)
    {
        if (answer.Held < atLeast) return;
        answer.Streaming = true;
        await ticket.LendWhileAsync(output.WriteAsync(answer.Output.Written, stopping), stopping);
        answer.Output.Clear();
    }
}
