// The spine of a search, read downwards. A question gets its answer from the cache, from a search that is running already, or
// from a search of its own, which takes a turn, a run and an answer. HTTP, the command line, jobs and pages all come in here.
// A file that changed in the last two seconds takes no short cut, unless its changes are reported: clocks are coarser than writes.

using System.Diagnostics;
using System.Diagnostics.Metrics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class Searching
{
    const string ByGrep = "grep";
    const string ByScan = "scan";

    readonly SearchSettings settings;
    readonly Sieve sieve;
    readonly Func<FileSet, CancellationToken, ValueTask<bool>> areStill;
    readonly Grep grep;
    readonly SearchQueue queue;
    readonly AnswerCache cache;
    readonly SharedSearches shared;
    readonly TimeProvider time;
    readonly Counter<long> hits;
    readonly Counter<long> misses;
    readonly Histogram<int> candidates;

    /// <param name="sieve">Knows what cannot match.</param>
    /// <param name="areStill">Whether files still are what they were when a question was asked.</param>
    /// <exception cref="UsageError">There is no GNU grep on PATH.</exception>
    public Searching(
        SearchSettings settings,
        Sieve sieve,
        Func<FileSet, CancellationToken, ValueTask<bool>> areStill,
        Meter meter,
        ILogger log,
        TimeProvider time)
    {
        this.settings = settings;
        this.sieve = sieve;
        this.areStill = areStill;
        this.time = time;
        grep = new Grep(settings, log);
        queue = new SearchQueue(settings, meter);
        cache = new AnswerCache(settings.CacheBytes);
        shared = new SharedSearches(settings.Timeout);
        hits = meter.CreateCounter<long>("tinygrep.cache.hits", "{question}", "Questions answered from the cache.");
        misses = meter.CreateCounter<long>("tinygrep.cache.misses", "{question}", "Questions that were not in the cache.");
        candidates = meter.CreateHistogram(
            "tinygrep.search.candidates",
            "{dictionary}",
            "Dictionaries that a search had to look at, those left out by the index not counted.",
            tags: null,
            new InstrumentAdvice<int> { HistogramBucketBoundaries = [0, 1, 10, 100, 1_000, 10_000, 100_000] });
        hits.Add(0); // there from the first scrape on
        misses.Add(0);
        meter.CreateObservableUpDownCounter("tinygrep.cache.size", () => cache.Bytes, "By", "Bytes of answers in the cache.");
    }

    /// <summary>Whether one more search would have to be refused.</summary>
    public bool IsFull => queue.IsFull;

    /// <summary>Whether the client's copy, named by an entity tag of ours, still is the answer.</summary>
    /// <param name="isKnown">The tag the client has for this one, or null.</param>
    public string? KnownTag(Question question, Func<string, string?> isKnown) =>
        question.IsSettled(time.GetUtcNow()) ? isKnown(question.Tag) : null;

    /// <summary>The cached answer, for a client that has it already and gets a 304; not counted as a hit. Null: not cached.</summary>
    public Reply? Kept(Question question) => cache.Get(question.Key);

    /// <summary>Answers a question, with its entity tag where the answer can be told from others by it.</summary>
    /// <exception cref="ApiError">Where the search is refused or fails before anything was sent.</exception>
    public async Task<Reply> AskAsync(Question question, CancellationToken cancellationToken)
    {
        if (!question.CanBeKept(time.GetUtcNow())) return await AskAloneAsync(question, settings.Timeout, cancellationToken);
        if (cache.Get(question.Key) is { } kept)
        {
            hits.Add(1);
            return question.IsSettled(time.GetUtcNow()) ? kept : Untagged(kept);
        }
        misses.Add(1);
        return await shared.AskAsync(
            question.Key,
            (search, gone) => SearchAndKeepAsync(question, search, gone),
            alone => AskAloneAsync(question, settings.Timeout, alone),
            cancellationToken);
    }

    /// <summary>
    /// The answer to HEAD: the fields of the cached answer, or else those that need none, once grep has accepted the pattern. No search is
    /// run for a length (RFC 9110, section 9.3.2).
    /// </summary>
    /// <exception cref="ApiError">Where the pattern is refused, or there is no turn to look at it.</exception>
    public async Task<Reply> HeadAsync(Question question, CancellationToken cancellationToken)
    {
        var isKnown = question.CanBeKept(time.GetUtcNow()) && question.IsSettled(time.GetUtcNow());
        if (isKnown && cache.Get(question.Key) is { } kept) return kept;
        if (settings.Engine != SearchEngine.Auto || ScanTerm.Of(question.Query) is null) // a plain term cannot be wrong
        {
            using var turn = await queue.EnterAsync(new SearchClock(settings.Timeout), question.Asker, ByGrep, cancellationToken);
            await grep.CheckAsync(GrepCommand.Of(question), cancellationToken);
        }
        using var answer = NewAnswer(question);
        return new Reply { ContentType = answer.ContentType, Headers = answer.Headers, Stream = (_, _) => Task.CompletedTask };
    }

    /// <summary>Answers a question by a search of its own.</summary>
    /// <param name="timeout">How long it may take.</param>
    /// <exception cref="ApiError">Where the search is refused or fails before anything was sent.</exception>
    public async Task<Reply> AskAloneAsync(Question question, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var search = await SearchAsync(question, new SearchClock(timeout), cancellationToken);
        return await search.ReplyAsync(cancellationToken);
    }

    async Task<Reply> SearchAndKeepAsync(Question question, SharedSearch shared, CancellationToken cancellationToken)
    {
        var search = await SearchAsync(question, shared.Clock, cancellationToken);
        shared.Answer = search.Answer;
        var reply = await search.ReplyAsync(cancellationToken);
        if (reply.Stream is not null || search.Stop is not (StopReason.End or StopReason.Limit)) return reply;
        if (!await areStill(question.Scope.Set, cancellationToken)) return reply;
        reply = reply.With("ETag", question.Tag);
        cache.Put(question.Key, reply with
        {
            Headers = [.. reply.Headers.Where(field => field.Name != "Server-Timing"), ("Server-Timing", "cache")],
        });
        return question.IsSettled(time.GetUtcNow()) ? reply : Untagged(reply);
    }

    /// <summary>A tag tells versions apart, and those of files as young as these are too coarse for that.</summary>
    static Reply Untagged(Reply reply) => reply with { Headers = [.. reply.Headers.Where(field => field.Name != "ETag")] };

    /// <summary>Judges single lines by a question.</summary>
    public LineJudge JudgeOf(SearchQuery query) => new(grep, queue, query, settings.Timeout);

    /// <summary>A turn, a run, an answer: the search is under way when this returns.</summary>
    /// <param name="clock">Its time, which runs while it waits for its turn; the search owns it from now on.</param>
    /// <exception cref="ApiError">503: the queue is full, or the whole time was spent in it.</exception>
    public async Task<RunningSearch> SearchAsync(Question question, SearchClock clock, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var plan = SearchPlan.Of(question, settings, sieve);
        var planned = Stopwatch.GetTimestamp();
        candidates.Record(plan.Dictionaries.Count);
        var ticket = await queue.EnterAsync(clock, question.Asker, plan.Scan is null ? ByGrep : ByScan, cancellationToken);
        var timing = new SearchTiming
        {
            Looked = question.Looked,
            Sieved = Stopwatch.GetElapsedTime(began, planned),
            Candidates = plan.Dictionaries.Count,
            Dictionaries = question.Scope.Files.Count,
            Waited = Stopwatch.GetElapsedTime(planned),
        };
        try
        {
            var answer = NewAnswer(question);
            ILineSink sink = question.IsDecoded(settings) ? new WithoutReturnsSink(answer) : answer;
            return new RunningSearch(NewRun(plan, ticket), answer, sink, ticket, timing);
        }
        catch
        {
            ticket.Dispose();
            throw;
        }
    }

    /// <summary>grep for every question, or the scan in process where the term has no meaning as a regular expression.</summary>
    ISearchRun NewRun(SearchPlan plan, SearchTicket ticket) => plan.Scan is not null
        ? new ScanRun(plan.Scan, plan.Dictionaries, ticket)
        : new GrepRun(grep, plan.Grep!, plan.Dictionaries, ticket);

    Answer NewAnswer(Question question) => question.Form switch
    {
        AnswerForm.Entries => new EntriesAnswer(question),
        AnswerForm.Text or AnswerForm.Counts or AnswerForm.Names => new TextAnswer(question),
        AnswerForm.Window => new WindowAnswer(question),
        _ => new MatchesAnswer(question, settings.AnswerBytes),
    };
}
