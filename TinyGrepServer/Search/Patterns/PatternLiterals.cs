// What every line that matches must contain, read from the pattern. It may only ever leave out what cannot match, so whatever
// is not certain is "nothing known".

using System.Text;

namespace TinyGrepServer.Search;

/// <summary>Sets of literals: of each set at least one must occur in a line for it to match, where ASCII is folded.</summary>
/// <remarks>
/// Where case is ignored, grep also takes the characters beyond ASCII that fold to ASCII letters (İ ı ſ K) for these. A text
/// with such a character may match without any of the literals and has to be searched: see <see cref="FileFacts.FoldsToAscii"/>.
/// </remarks>
/// <param name="Sets">
/// One to eight sets, each of one to sixteen literals of three bytes or more, in UTF-8; ASCII letters are lower case.
/// They stand in the order in which they were found in the pattern.
/// </param>
internal sealed record PatternLiterals(IReadOnlyList<IReadOnlyList<byte[]>> Sets)
{
    /// <summary>Those characters: İ, ı, ſ and the sign of the kelvin, each two or three bytes.</summary>
    public static readonly byte[][] FoldToAscii = ["\u0130"u8.ToArray(), "\u0131"u8.ToArray(), "\u017f"u8.ToArray(), "\u212a"u8.ToArray()];

    /// <summary>The literals of a question; whether whole words or lines are wanted changes nothing.</summary>
    /// <returns>Null: nothing is known, and any line may match.</returns>
    public static PatternLiterals? Of(SearchQuery query)
    {
        if (query.Invert) return null;
        if (query.Mode == SearchMode.Words) return OfWords(Words.Of(query.Term), query.IgnoreCase);
        return PatternReader.Read(query) is { } pattern ? Of(NeededText.Of(pattern, query.IgnoreCase).Usable) : null;
    }

    /// <summary>The literals where each of several plain texts must occur on the line.</summary>
    /// <returns>Null: nothing is known.</returns>
    public static PatternLiterals? OfWords(IEnumerable<string> words, bool ignoreCase) => Of(NeededText.OfAll(
        words.Where(PatternReader.IsWellFormed).Select(word => NeededText.Of(PatternReader.Fixed(word), ignoreCase))));

    static PatternLiterals? Of(IReadOnlyList<IReadOnlyList<string>> sets) =>
        sets.Count == 0 ? null : new([.. sets.Select(set => (IReadOnlyList<byte[]>)[.. set.Select(Encoding.UTF8.GetBytes)])]);
}
