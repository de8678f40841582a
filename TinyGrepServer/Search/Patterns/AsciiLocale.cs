// Where a text and a pattern are ASCII, grep answers the same in the C locale as in UTF-8, and up to fifteen times as fast.
// Not everywhere: grep 3.8 has other code for words there, and for what PatternReader does not understand.

namespace TinyGrepServer.Search;

internal static class AsciiLocale
{
    /// <summary>Whether grep in the locale C finds the same in texts that are all ASCII.</summary>
    public static bool Fits(SearchQuery query) =>
        query is { Word: false, Mode: not SearchMode.Perl }
        && query.Term.All(char.IsAscii)
        && PatternReader.Read(query) is { } pattern
        && !AsksForWords(pattern);

    static bool AsksForWords(PatternNode node) => node switch
    {
        PatternNode.OneOf { IsWordClass: var isWordClass } => isWordClass,
        PatternNode.Assertion { Kind: var kind } => kind is PatternAssertion.WordBorder or PatternAssertion.NoWordBorder,
        PatternNode.Sequence { Parts: var parts } => parts.Any(AsksForWords),
        PatternNode.Choice { Branches: var branches } => branches.Any(AsksForWords),
        PatternNode.Repeat { Part: var part } => AsksForWords(part),
        _ => false,
    };
}
