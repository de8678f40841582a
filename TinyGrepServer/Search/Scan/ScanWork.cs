// Cuts a search into tasks for the cores, in order of the dictionaries: several small dictionaries are one task, a long one is many.
// A task opens what it reads, but for the chunks of a long dictionary, which share one open file.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <param name="plan">What is looked for.</param>
/// <param name="candidates">The dictionaries, in order.</param>
internal sealed class ScanWork(ScanPlan plan, IReadOnlyList<Candidate> candidates)
{
    /// <summary>Small enough to be scanned while it is in the core's own cache: 256 KiB took 73 ms where 1 MiB took 89
    /// (512 MiB, two cores).</summary>
    internal const int ChunkSize = 256 << 10;

    const int FirstFiles = 4; // an answer may have enough early
    const int MaxFiles = 64;
    const long MaxBytes = 2 * ChunkSize;

    int unwanted = -1;

    /// <summary>Nothing more of this dictionary is wanted.</summary>
    public void Skip(int dictionary) => unwanted = dictionary;

    /// <summary>The tasks. Each must be run, and gives its pieces in order; a dictionary without a match may have none.</summary>
    public IEnumerable<Func<List<ScanPiece>>> Cut()
    {
        var max = FirstFiles;
        for (var at = 0; at < candidates.Count;)
        {
            if (BytesOf(candidates[at]) > MaxBytes)
            {
                foreach (var task in CutLong(candidates[at])) yield return task;
                at++;
                continue;
            }
            var from = at;
            for (var bytes = 0L; at < candidates.Count && at - from < max; at++)
            {
                bytes += BytesOf(candidates[at]);
                if (at > from && bytes > MaxBytes) break;
            }
            var to = at;
            max = Math.Min(2 * max, MaxFiles);
            yield return () => ScanSmall(from, to);
        }
    }

    IEnumerable<Func<List<ScanPiece>>> CutLong(Candidate candidate)
    {
        using var file = SharedFile.Open(candidate.File);
        if (file is null)
        {
            yield return () => [Unreadable(candidate.Dictionary)];
            yield break;
        }
        foreach (var (range, linesBefore) in RangesOf(candidate, file.Handle))
        {
            for (var offset = range.Offset; offset < range.Offset + range.Length && unwanted != candidate.Dictionary; offset += ChunkSize)
            {
                var at = offset;
                var span = (int)Math.Min(ChunkSize, range.Offset + range.Length - at);
                long? before = at == range.Offset ? linesBefore : null;
                file.Share();
                yield return () =>
                {
                    using (file) return ScanOne(file.Handle, candidate.Dictionary, at, span, before);
                };
            }
        }
    }

    /// <summary>The parts that have to be read, with the lines before each where they are known.</summary>
    IEnumerable<(TextRange Range, long? LinesBefore)> RangesOf(Candidate candidate, SafeFileHandle file)
    {
        if (!plan.HasContext && candidate.Ranges is { } ranges && FileVersion.Of(file) == candidate.File.Version)
            return ranges.Select(range => (range, (long?)range.LinesBefore));
        return [(new TextRange(0, RandomAccess.GetLength(file), 0), null)];
    }

    List<ScanPiece> ScanSmall(int from, int to)
    {
        List<ScanPiece> pieces = [];
        for (var at = from; at < to; at++)
        {
            var before = pieces.Count;
            try
            {
                using var file = candidates[at].File.Open();
                ScanRanges(candidates[at], file, pieces);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                Drop(pieces, before);
                pieces.Add(Unreadable(candidates[at].Dictionary));
            }
        }
        return pieces;
    }

    void ScanRanges(Candidate candidate, SafeFileHandle file, List<ScanPiece> pieces)
    {
        var before = pieces.Count;
        var inParts = false;
        foreach (var (range, linesBefore) in RangesOf(candidate, file))
        {
            inParts |= linesBefore is not null;
            for (var offset = range.Offset; offset < range.Offset + range.Length; offset += ChunkSize)
            {
                var span = (int)Math.Min(ChunkSize, range.Offset + range.Length - offset);
                var known = offset == range.Offset ? linesBefore : null;
                var isLast = offset + span == range.Offset + range.Length;
                foreach (var piece in ScanOne(file, candidate.Dictionary, offset, span, known))
                {
                    if (!isLast || piece is not { Chunk: null, Matches: 0, Problem: null }) pieces.Add(piece);
                }
            }
        }
        if (!inParts || FileVersion.Of(file) == candidate.File.Version) return;
        Drop(pieces, before);
        ScanRanges(candidate with { Ranges = null }, file, pieces); // it changed meanwhile: the parts may have been others
    }

    List<ScanPiece> ScanOne(SafeFileHandle file, int dictionary, long offset, int span, long? linesBefore)
    {
        ScanChunk chunk;
        try
        {
            chunk = ScanChunk.Scan(file, offset, span, plan.Term);
        }
        catch (IOException)
        {
            return [Unreadable(dictionary)];
        }
        var matches = chunk.Matches.Count + (chunk.LeftOutMatches ? 1 : 0);
        var isShown = !plan.CountOnly && (plan.HasContext || chunk.Matches.Count > 0);
        if (!isShown) chunk.Dispose();
        return
        [
            new ScanPiece
            {
                Dictionary = dictionary,
                LinesBefore = linesBefore,
                Chunk = isShown ? chunk : null,
                Lines = chunk.Lines,
                Matches = matches,
                Problem = !plan.CountOnly && (chunk.LeftOutMatches || (chunk.LeftOut && plan.HasContext)) ? Problem.LineTooLong : null,
            },
        ];
    }

    long BytesOf(in Candidate candidate) => candidate.BytesToRead(inParts: !plan.HasContext);

    static ScanPiece Unreadable(int dictionary) => new() { Dictionary = dictionary, Problem = Problem.Unreadable };

    static void Drop(List<ScanPiece> pieces, int from)
    {
        for (var at = from; at < pieces.Count; at++) pieces[at].Dispose();
        pieces.RemoveRange(from, pieces.Count - from);
    }
}
