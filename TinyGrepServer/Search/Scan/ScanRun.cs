// One search in process, for terms without regular-expression meaning. Files are read with pread into pooled buffers, never
// mapped: a file truncated under a map would kill the process. Large files are scanned by all cores in chunks that come
// back in order; the lines around matches are then handed over exactly as grep would print them.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <param name="term">The bytes to look for; none: every line matches.</param>
/// <param name="before">Lines of context before each match.</param>
/// <param name="after">Lines of context after each match.</param>
/// <param name="countOnly">Hands over one line a file, whose number is the number of its matches.</param>
/// <param name="candidates">The dictionaries that may hold a match, in order.</param>
/// <param name="ticket">The right to run, given back when the run is disposed.</param>
internal sealed class ScanRun(
    byte[] term, int before, int after, bool countOnly, IReadOnlyList<Candidate> candidates, SearchTicket ticket)
    : ISearchRun
{
    /// <summary>Small enough to be scanned while it is in the core's own cache: 256 KiB took 73 ms where 1 MiB took 89
    /// (512 MiB, two cores).</summary>
    internal const int ChunkSize = 256 << 10;

    static readonly int Ahead = Environment.ProcessorCount + 1;

    readonly List<Problem> problems = [];
    readonly Queue<Task<ScanChunk>> scanning = new();
    int file = -1;
    SafeFileHandle? handle;
    long length;
    long scheduled;
    long matches;
    bool ended;
    ContextWindow? window;
    ScanChunk? current;

    public StopReason Stop { get; private set; } = StopReason.End;

    public IReadOnlyList<Problem> Problems => problems;

    public string Engine => ticket.Engine;

    public TimeSpan Elapsed => ticket.Clock.Elapsed;

    public async Task<bool> ReadAsync(ILineSink sink, CancellationToken cancellationToken)
    {
        if (ended) return false;
        cancellationToken.ThrowIfCancellationRequested();
        ticket.Clock.Start(null);
        try
        {
            if (ticket.Clock.Left == TimeSpan.Zero)
            {
                Stop = StopReason.Timeout;
                ended = true;
            }
            else
            {
                ended = !await ReadChunkAsync(sink);
            }
            return !ended;
        }
        finally
        {
            ticket.Clock.Pause();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        ticket.Dispose();
    }

    async Task<bool> ReadChunkAsync(ILineSink sink)
    {
        if (current is not null) return HandOver(sink);
        if (handle is null && !OpenNext()) return false;
        Schedule();
        if (scanning.TryDequeue(out var next))
        {
            current = await ScannedAsync(next);
            if (current is null) return file + 1 < candidates.Count;
            Schedule();
            matches += current.Matches.Count;
            return HandOver(sink);
        }
        if (countOnly)
        {
            var dictionary = candidates[file].Dictionary;
            lock (sink.Gate) sink.Add(new FoundLine { Dictionary = dictionary, Number = matches, Selected = true, Text = [] });
        }
        await CloseAsync();
        return file + 1 < candidates.Count;
    }

    /// <summary>Hands over the next part of the current chunk; false: the sink has enough.</summary>
    bool HandOver(ILineSink sink)
    {
        bool wanted, done;
        if (countOnly) (wanted, done) = (true, true);
        else lock (sink.Gate) wanted = window!.HandOver(current!, sink, out done);
        if (!wanted) Stop = StopReason.Limit;
        if (done || !wanted)
        {
            current!.Dispose();
            current = null;
        }
        return wanted;
    }

    /// <summary>The chunk, or null where the file has become unreadable.</summary>
    async Task<ScanChunk?> ScannedAsync(Task<ScanChunk> next)
    {
        try
        {
            return await next;
        }
        catch (IOException)
        {
            Stop = StopReason.Unreadable;
            problems.Add(new Problem(candidates[file].Dictionary, Problem.Unreadable));
            await CloseAsync();
            return null;
        }
    }

    bool OpenNext()
    {
        while (++file < candidates.Count)
        {
            try
            {
                handle = candidates[file].File.Open();
                (length, scheduled, matches) = (RandomAccess.GetLength(handle), 0, 0);
                window = new ContextWindow(term, before, after, candidates[file].Dictionary);
                return true;
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                Stop = StopReason.Unreadable;
                problems.Add(new Problem(candidates[file].Dictionary, Problem.Unreadable));
            }
        }
        return false;
    }

    /// <summary>Keeps every core scanning ahead; a small file is scanned at once, where it is asked for.</summary>
    void Schedule()
    {
        while (scheduled < length && scanning.Count < Ahead)
        {
            var (from, offset) = (handle!, scheduled);
            var span = (int)Math.Min(ChunkSize, length - offset);
            scanning.Enqueue(length <= ChunkSize
                ? Task.FromResult(ScanChunk.Scan(from, offset, span, term))
                : Task.Run(() => ScanChunk.Scan(from, offset, span, term)));
            scheduled += span;
        }
    }

    async Task CloseAsync()
    {
        current?.Dispose();
        current = null;
        while (scanning.TryDequeue(out var unused))
        {
            try
            {
                (await unused).Dispose();
            }
            catch (Exception failed) when (failed is IOException or Server.ApiError)
            {
                // Nobody asked for this chunk any more.
            }
        }
        handle?.Dispose();
        handle = null;
    }
}
