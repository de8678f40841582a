// Whether a carriage return at the end of a line could be noticed. Where no match can end with one, and nothing looks at the
// line's end, grep may read the lines as they are and the \r is taken off the text: no copy without it has to be made.

namespace TinyGrepServer.Search;

internal static class LineEnds
{
    /// <summary>
    /// False only where a line matches with a <c>\r</c> at its end exactly where it does without, at the same places.
    /// </summary>
    public static bool Matter(SearchQuery query)
    {
        if (query.Mode == SearchMode.EveryLine) return false;
        if (query.Line || query.Mode == SearchMode.Perl) return true;
        if (PatternReader.Read(query) is not { } pattern || LooksAtEnd(pattern)) return true;
        var isEmptyWord = query.Word && MayBeEmpty(pattern); // behind the \r there is room for an empty word
        return isEmptyWord || MayEndWithReturn(pattern);
    }

    static bool LooksAtEnd(PatternNode node) => node switch
    {
        PatternNode.Assertion { Kind: var kind } => kind is PatternAssertion.LineEnd or PatternAssertion.NoWordBorder,
        PatternNode.Sequence { Parts: var parts } => parts.Any(LooksAtEnd),
        PatternNode.Choice { Branches: var branches } => branches.Any(LooksAtEnd),
        PatternNode.Repeat { Part: var part } => LooksAtEnd(part),
        _ => false,
    };

    static bool MayBeEmpty(PatternNode node) => node switch
    {
        PatternNode.Character or PatternNode.OneOf => false,
        PatternNode.Sequence { Parts: var parts } => parts.All(MayBeEmpty),
        PatternNode.Choice { Branches: var branches } => branches.Any(MayBeEmpty),
        PatternNode.Repeat repeat => repeat.Min == 0 || MayBeEmpty(repeat.Part),
        _ => true,
    };

    static bool MayEndWithReturn(PatternNode node) => node switch
    {
        PatternNode.Character { Value: var character } => character.Value == '\r',
        PatternNode.OneOf { MayBeCarriageReturn: var may } => may,
        PatternNode.Sequence { Parts: var parts } => LastParts(parts).Any(MayEndWithReturn),
        PatternNode.Choice { Branches: var branches } => branches.Any(MayEndWithReturn),
        PatternNode.Repeat { Part: var part } => MayEndWithReturn(part),
        PatternNode.BackReference => true,
        _ => false,
    };

    /// <summary>The last part, and those before it for as long as what follows may be empty.</summary>
    static IEnumerable<PatternNode> LastParts(IReadOnlyList<PatternNode> parts)
    {
        for (var index = parts.Count - 1; index >= 0; index--)
        {
            yield return parts[index];
            if (!MayBeEmpty(parts[index])) yield break;
        }
    }
}
