// Reads a pattern by recursive descent: a choice of sequences of repeated parts. Whoever asks needs certainty, so whatever
// grep reads in a way of its own is "not understood": a repeat at the start or behind ( | or an assertion (a character in basic
// expressions, an extension in Perl: (?i), (*SKIP)), odd braces, a stray closing parenthesis.

using System.Text;

namespace TinyGrepServer.Search;

internal sealed class PatternReader
{
    readonly PatternLexer lexer;
    readonly SearchMode mode;
    PatternToken token;

    PatternReader(string pattern, SearchMode mode)
    {
        lexer = new PatternLexer(pattern, mode);
        this.mode = mode;
    }

    /// <summary>Reads the term of a question.</summary>
    /// <returns>Null: not understood.</returns>
    public static PatternNode? Read(SearchQuery query)
    {
        if (!IsWellFormed(query.Term)) return null;
        return query.Mode switch
        {
            SearchMode.Fixed or SearchMode.EveryLine => Fixed(query.Term),
            SearchMode.Basic or SearchMode.Extended or SearchMode.Perl => new PatternReader(query.Term, query.Mode).Whole(),
            _ => null,
        };
    }

    /// <summary>A text in which every character stands for itself.</summary>
    /// <param name="text">Without halves of surrogate pairs.</param>
    public static PatternNode Fixed(string text) =>
        new PatternNode.Sequence([.. text.EnumerateRunes().Select(rune => new PatternNode.Character(rune))]);

    /// <summary>Whether a text holds whole characters only: half of a pair would reach grep as U+FFFD.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune)) return false;
            at += rune.Utf16SequenceLength - 1;
        }
        return true;
    }

    PatternNode? Whole() => Choice() is { } all && token.Kind == PatternTokenKind.End ? all : null;

    PatternNode? Choice()
    {
        List<PatternNode> branches = [];
        do
        {
            if (Sequence() is not { } branch) return null;
            branches.Add(branch);
        }
        while (token.Kind == PatternTokenKind.Bar);
        return branches is [var only] ? only : new PatternNode.Choice(branches);
    }

    PatternNode.Sequence? Sequence()
    {
        List<PatternNode> parts = [];
        var repeatable = false;
        while (true)
        {
            token = lexer.Next();
            switch (token.Kind)
            {
                case PatternTokenKind.End or PatternTokenKind.Bar or PatternTokenKind.Close:
                    return new PatternNode.Sequence(parts);
                case PatternTokenKind.Atom:
                    parts.Add(token.Node!);
                    repeatable = true;
                    break;
                case PatternTokenKind.Assertion:
                    parts.Add(token.Node!);
                    repeatable = false;
                    break;
                case PatternTokenKind.Open:
                    if (Choice() is not { } group || token.Kind != PatternTokenKind.Close) return null;
                    parts.Add(group);
                    repeatable = true;
                    break;
                case PatternTokenKind.Repeat when repeatable:
                    parts[^1] = new PatternNode.Repeat(parts[^1], token.Min, token.Max);
                    repeatable = mode != SearchMode.Perl; // a repeat of a repeat: grep repeats the whole, Perl has its own mind
                    break;
                default:
                    return null;
            }
        }
    }
}
