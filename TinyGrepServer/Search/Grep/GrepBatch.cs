// A part of the work of a search: what one grep gets.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <summary>What one grep gets.</summary>
/// <param name="Candidates">The dictionaries, in order.</param>
/// <param name="Feeds">Whether it gets their texts as its standard input, one after the other, and not their paths.</param>
internal sealed record GrepBatch(IReadOnlyList<Candidate> Candidates, bool Feeds)
{
    /// <summary>For a part of one long dictionary: the part.</summary>
    public LongPart? Part { get; init; }
}

/// <summary>The lines of a long file that begin in one span of it, or the ranges of its candidate.</summary>
/// <param name="File">The file, open as long as the search runs: all parts are of one file, whatever takes its place meanwhile.</param>
/// <param name="From">Where the span begins, in bytes; the line it begins within belongs to the part before.</param>
/// <param name="To">Where it ends; the last line is read to its own end.</param>
internal sealed record LongPart(SafeFileHandle File, long From, long To);
