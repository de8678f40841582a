// How a question gets its answer: from the cache, from a search that is running already, or from a search of its own.
// A file that changed in the last two seconds takes part in none of the short cuts: clocks tick coarser than writes.

using System.Diagnostics.Metrics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class Answers
{
    readonly SearchSettings settings;
    readonly SearchQueue queue;
    readonly AnswerCache cache;
    readonly SharedSearches shared;
    readonly TimeProvider time;
    readonly Counter<long> hits;
    readonly Counter<long> misses;

    public Answers(SearchSettings settings, SearchQueue queue, Meter meter, TimeProvider time)
    {
        this.settings = settings;
        this.queue = queue;
        this.time = time;
        cache = new AnswerCache(settings.CacheBytes);
        shared = new SharedSearches(settings.Timeout);
        hits = meter.CreateCounter<long>("tinygrep.cache.hits", "{question}", "Questions answered from the cache.");
        misses = meter.CreateCounter<long>("tinygrep.cache.misses", "{question}", "Questions that were not in the cache.");
        hits.Add(0); // there from the first scrape on
        misses.Add(0);
        meter.CreateObservableUpDownCounter("tinygrep.cache.size", () => cache.Bytes, "By", "Bytes of answers in the cache.");
    }

    /// <summary>Answers a question, with its entity tag where the answer can be told from others by it.</summary>
    /// <exception cref="ApiError">Where the search is refused or fails before anything was sent.</exception>
    public async Task<Reply> AskAsync(Question question, CancellationToken cancellationToken)
    {
        if (!question.IsSettled(time.GetUtcNow())) return await AskAloneAsync(question, settings.Timeout, cancellationToken);
        if (cache.Get(question.Key) is { } kept)
        {
            hits.Add(1);
            return kept;
        }
        misses.Add(1);
        return await shared.AskAsync(
            question.Key,
            (search, gone) => SearchAndKeepAsync(question, search, gone),
            alone => AskAloneAsync(question, settings.Timeout, alone),
            cancellationToken);
    }

    /// <summary>Answers a question by a search of its own.</summary>
    /// <param name="limit">How long it may take.</param>
    /// <exception cref="ApiError">Where the search is refused or fails before anything was sent.</exception>
    public async Task<Reply> AskAloneAsync(Question question, TimeSpan limit, CancellationToken cancellationToken) =>
        (await SearchAsync(question, new SharedSearch(new SearchClock(limit)), cancellationToken)).Reply;

    async Task<Reply> SearchAndKeepAsync(Question question, SharedSearch search, CancellationToken cancellationToken)
    {
        var (reply, stop) = await SearchAsync(question, search, cancellationToken);
        if (reply.Stream is not null || stop is not (StopReason.End or StopReason.Limit) || !question.FilesAreUnchanged()) return reply;
        reply = reply.With("ETag", question.Tag);
        cache.Put(question.Key, reply with { Headers = [.. reply.Headers.Where(field => field.Name != "Server-Timing"), ("Server-Timing", "cache")] });
        return reply;
    }

    async Task<(Reply Reply, StopReason Stop)> SearchAsync(Question question, SharedSearch search, CancellationToken cancellationToken)
    {
        var ticket = await queue.EnterAsync(search.Clock, question.Engine, cancellationToken);
        var run = question.NewRun(ticket);
        search.Answer = question.NewAnswer();
        return (await Answer.ReplyAsync(run, search.Answer, cancellationToken), run.Stop);
    }
}
