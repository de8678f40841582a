// A dictionary that may hold a match, and which parts of it may.

namespace TinyGrepServer.Search;

/// <summary>What a search has to look at.</summary>
/// <param name="Dictionary">The dictionary's index in the search's list.</param>
/// <param name="File">The dictionary.</param>
/// <param name="Ranges">
/// The parts of its text that may hold a match, in order, neighbours joined,
/// valid for <see cref="DictionaryFile.Version"/> alone; null: all of it.
/// </param>
internal readonly record struct Candidate(int Dictionary, DictionaryFile File, IReadOnlyList<TextRange>? Ranges = null)
{
    /// <summary>The bytes of it that have to be read.</summary>
    /// <param name="inParts">Whether its parts are enough; false: all of it is wanted.</param>
    public long BytesToRead(bool inParts)
    {
        if (Ranges is not { } ranges || !inParts) return File.Version.Length;
        var bytes = 0L;
        foreach (var range in ranges) bytes += range.Length;
        return bytes;
    }
}

/// <summary>A part of a text: whole lines.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="LinesBefore">The lines before it.</param>
internal readonly record struct TextRange(long Offset, long Length, long LinesBefore);
