// An answer while it is made: lines go in, bytes come out. Up to 1 MiB it waits for its end and leaves in one write with
// its length; a larger one is streamed in pieces, holding grep back while the client is slow.

using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>A format of answers.</summary>
internal abstract class Answer : ILineSink, IDisposable
{
    const int MaxWhole = 1 << 20;
    const int PieceSize = 64 << 10;

    /// <summary>What has been written and not yet sent.</summary>
    protected PooledBuffer Output { get; } = new();

    /// <summary>Whether a part has gone out.</summary>
    protected bool Streaming { get; private set; }

    public abstract bool Add(in FoundLine line);

    public virtual bool TryRestart()
    {
        if (Streaming) return false;
        Output.Clear();
        return true;
    }

    public virtual void Dispose() => Output.Dispose();

    protected abstract string ContentType { get; }

    /// <summary>What comes before the first line.</summary>
    protected abstract byte[] Head { get; }

    /// <summary>What comes after the last line; throws where the answer must not be completed.</summary>
    protected abstract byte[] Tail(StopReason stop);

    /// <summary>Runs the search and returns the reply, which owns run and answer from then on.</summary>
    /// <exception cref="ApiError">Where the search failed before anything was sent.</exception>
    public static async Task<Reply> ReplyAsync(ISearchRun run, Answer answer, CancellationToken cancellationToken)
    {
        var work = new Work(run, answer);
        try
        {
            while (await run.ReadAsync(answer, cancellationToken))
            {
                if (answer.Output.Length > MaxWhole) return answer.Stream(work);
            }
            var reply = answer.Whole(run);
            await work.DisposeAsync();
            return reply;
        }
        catch
        {
            await work.DisposeAsync();
            throw;
        }
    }

    /// <summary>The answer in memory.</summary>
    protected virtual Reply Whole(ISearchRun run)
    {
        var tail = Tail(run.Stop);
        return new Reply
        {
            ContentType = ContentType,
            Body = (byte[])[.. Head, .. Output.Written.Span, .. tail],
            Headers = [("Server-Timing", string.Create(CultureInfo.InvariantCulture, $"search;desc=\"grep\";dur={run.Elapsed.TotalMilliseconds:0.0}"))],
        };
    }

    Reply Stream(Work work)
    {
        Streaming = true;
        return new Reply { ContentType = ContentType, Stream = (output, stopping) => WriteAsync(work.Run, output, stopping), Owner = work };
    }

    async Task WriteAsync(ISearchRun run, Stream output, CancellationToken stopping)
    {
        await output.WriteAsync(Head, stopping);
        do
        {
            if (Output.Length < PieceSize) continue;
            await output.WriteAsync(Output.Written, stopping);
            Output.Clear();
        }
        while (await run.ReadAsync(this, stopping));
        Output.Append(Tail(run.Stop));
        await output.WriteAsync(Output.Written, stopping);
    }

    sealed class Work(ISearchRun run, Answer answer) : IAsyncDisposable
    {
        public ISearchRun Run => run;

        public async ValueTask DisposeAsync()
        {
            await run.DisposeAsync();
            answer.Dispose();
        }
    }
}
