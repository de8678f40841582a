// Cuts the candidates of a search into batches, one for each grep, in order. Where an answer may be full early, the first batches are
// small; where everything is wanted, they are large, but enough of them to keep every core busy. Each file is a descriptor.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal sealed class GrepBatches : IDisposable
{
    const int FirstFiles = 64;
    const int MaxFiles = 1_000;
    const long FirstBytes = 1 << 20;
    const long MinShare = 4 << 20;
    const long MaxShare = 32 << 20;
    const int Growth = 4;

    /// <summary>Parts of texts are fed up to so many bytes; above, only where that spares grep at least half of the files.</summary>
    const long MaxFed = 4 << 20;

    readonly GrepPlan plan;
    readonly IReadOnlyList<Candidate> candidates;
    readonly long share;
    readonly List<SafeFileHandle> opened = [];
    readonly bool feedsAll;
    readonly int maxFiles;
    int next;
    int batchFiles;
    long batchBytes;
    Candidate longOne;
#pragma warning disable CA2213 // It is among the opened ones.
    SafeFileHandle? longFile;
#pragma warning restore CA2213
    long longAt;
    long longEnd;

    /// <param name="filesAtOnce">How many files one grep may be given; 0: it is fed.</param>
    public GrepBatches(GrepPlan plan, IReadOnlyList<Candidate> candidates, int filesAtOnce)
    {
        const int SharesACore = 2;
        this.plan = plan;
        this.candidates = candidates;
        var cores = Environment.ProcessorCount;
        var total = 0L;
        for (var at = 0; at < candidates.Count && total < SharesACore * cores * MaxShare; at++)
            total += candidates[at].BytesToRead(plan.TakesParts);
        share = Math.Clamp(total / (SharesACore * cores), MinShare, MaxShare);
        var mayEndEarly = plan.Command.Max is not null;
        feedsAll = filesAtOnce == 0;
        maxFiles = feedsAll ? MaxFiles : Math.Min(MaxFiles, filesAtOnce);
        (batchFiles, batchBytes) = mayEndEarly ? (Math.Min(FirstFiles, maxFiles), FirstBytes) : (maxFiles, share);
    }

    /// <summary>The next batch; null: there is nothing left.</summary>
    public GrepBatch? Next()
    {
        if (longFile is null && next < candidates.Count && IsLong(candidates[next])) OpenLong(candidates[next]);
        if (longFile is null && next == candidates.Count) return null;
        var batch = longFile is null ? NextFiles() : NextPart(longFile);
        (batchFiles, batchBytes) = (Math.Min(batchFiles * Growth, maxFiles), Math.Min(batchBytes * Growth, share));
        return batch;
    }

    public void Dispose()
    {
        foreach (var file in opened) file.Dispose();
    }

    GrepBatch NextFiles()
    {
        List<Candidate> batch = [];
        var (cost, length) = (0L, 0L);
        var (mustFeed, inParts) = (feedsAll, false);
        for (; next < candidates.Count && batch.Count < batchFiles; next++)
        {
            var candidate = candidates[next];
            var decodes = plan.Decoding?.Needed(candidate) == true;
            var standsAlone = plan.Command.HasContext && (decodes || mustFeed); // lines of two texts are not context of each other
            var costs = candidate.BytesToRead(plan.TakesParts);
            var isFull = standsAlone || cost + costs > batchBytes || IsLong(candidate);
            if (batch.Count > 0 && isFull) break;
            batch.Add(candidate);
            mustFeed |= decodes;
            inParts |= plan.TakesParts && candidate.Ranges is not null;
            cost += costs;
            length += candidate.File.Version.Length;
        }
        var filters = plan.TakesParts && plan.Filter is not null;
        return new GrepBatch(batch, mustFeed || filters || (inParts && cost <= Math.Max(MaxFed, length / 2)));
    }

    /// <summary>Whether several greps are to share this one dictionary.</summary>
    bool IsLong(in Candidate candidate) =>
        plan.SplitsLongTexts && plan.TakesParts && candidate.Ranges is null && candidate.File.Version.Length >= 2 * MinShare
        && plan.Decoding?.Needed(candidate) != true;

    void OpenLong(in Candidate candidate)
    {
        try
        {
            longFile = candidate.File.Open();
            opened.Add(longFile);
            (longOne, longAt, longEnd) = (candidate, 0, RandomAccess.GetLength(longFile));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The batch that it becomes part of will find out the same, and name it.
        }
    }

    GrepBatch NextPart(SafeFileHandle file)
    {
        var to = Math.Min(longAt + batchBytes, longEnd);
        if (longEnd - to < batchBytes / 2) to = longEnd;
        var part = new LongPart(file, longAt, to);
        longAt = to;
        if (to == longEnd)
        {
            longFile = null;
            next++;
        }
        return new GrepBatch([longOne], Feeds: true) { Part = part };
    }
}
