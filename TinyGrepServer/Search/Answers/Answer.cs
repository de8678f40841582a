// An answer while it is made: lines go in, bytes come out. Up to 1 MiB it waits for its end and leaves in one write with
// its length; a larger one is streamed in pieces, holding the search back while the client is slow.

using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>A format of answers.</summary>
internal abstract class Answer : ILineSink, IDisposable
{
    const int MaxWhole = 1 << 20;

    public Lock Gate { get; } = new();

    /// <summary>What has been written and not yet sent.</summary>
    protected PooledBuffer Output { get; } = new();

    /// <summary>Whether a part has gone out.</summary>
    protected bool Streaming { get; private set; }

    public int Held => Output.Length;

    public abstract bool Add(in FoundLine line);

    public virtual bool TryRestart()
    {
        if (Streaming) return false;
        Output.Clear();
        return true;
    }

    public virtual void Dispose() => Output.Dispose();

    /// <summary>Header fields of the reply.</summary>
    protected virtual IReadOnlyList<(string Name, string Value)> Headers => [];

    protected abstract string ContentType { get; }

    /// <summary>What comes before the first line.</summary>
    protected abstract byte[] Head { get; }

    /// <summary>After the last line: writes the next step of what is still held back; false where nothing is left.</summary>
    protected virtual bool Complete() => false;

    /// <summary>What comes after the last line; throws where the answer must not be completed.</summary>
    protected abstract byte[] Tail(StopReason stop);

    /// <summary>
    /// What has been found so far, as an answer of its own, for an asker who has run out of time while the search goes on
    /// for others. Null where it has ended or is being streamed.
    /// </summary>
    /// <exception cref="ApiError">504 where the format has no way to say that it is not complete.</exception>
    public abstract Reply? Partial();

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
            bool left;
            do
            {
                lock (answer.Gate) left = answer.Complete();
                // Decided by the length alone, not by how it arrived: the same question gives the same bytes.
                if (answer.Output.Length > MaxWhole && run.Stop is (StopReason.End or StopReason.Limit)) return answer.Stream(work);
            }
            while (left);
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

    /// <summary>A reply in memory.</summary>
    protected Reply Compose(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, ISearchRun? run = null)
    {
        var body = new byte[head.Length + Output.Length + tail.Length];
        head.CopyTo(body);
        Output.Written.Span.CopyTo(body.AsSpan(head.Length));
        tail.CopyTo(body.AsSpan(head.Length + Output.Length));
        return new Reply
        {
            ContentType = ContentType,
            Body = body,
            Headers = run is null ? Headers : [.. Headers, ("Server-Timing", string.Create(CultureInfo.InvariantCulture, $"search;desc=\"{run.Engine}\";dur={run.Elapsed.TotalMilliseconds:0.0}"))],
        };
    }

    Reply Whole(ISearchRun run)
    {
        lock (Gate) return Compose(Head, Tail(run.Stop), run);
    }

    Reply Stream(Work work)
    {
        lock (Gate) Streaming = true;
        return new Reply { ContentType = ContentType, Headers = Headers, Stream = (output, stopping) => WriteAsync(work.Run, output, stopping), Owner = work };
    }

    async Task WriteAsync(ISearchRun run, Stream output, CancellationToken stopping)
    {
        await output.WriteAsync(Head, stopping);
        do await SendAsync(output, stopping);
        while (await run.ReadAsync(this, stopping));
        bool left;
        do
        {
            lock (Gate) left = Complete();
            await SendAsync(output, stopping);
        }
        while (left);
        Output.Append(Tail(run.Stop));
        await output.WriteAsync(Output.Written, stopping);
    }

    async Task SendAsync(Stream output, CancellationToken stopping)
    {
        if (Output.Length < ILineSink.Step) return;
        await output.WriteAsync(Output.Written, stopping);
        Output.Clear();
    }

    sealed class Work(ISearchRun run, Answer answer) : IAsyncDisposable
    {
        public ISearchRun Run => run;

        public async ValueTask DisposeAsync()
        {
            await run.DisposeAsync();
            lock (answer.Gate) answer.Dispose();
        }
    }
}
