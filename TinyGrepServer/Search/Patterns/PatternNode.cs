// The parts of a pattern as PatternReader understood it: no more than is needed to tell what a matching line must contain,
// whether the end of a line matters, and whether the locale does.

using System.Text;

namespace TinyGrepServer.Search;

/// <summary>A part of a pattern.</summary>
internal abstract record PatternNode
{
    /// <summary>A character that stands for itself, whatever its case.</summary>
    public sealed record Character(Rune Value) : PatternNode;

    /// <summary>One character of several: <c>.</c>, <c>[a-f]</c>, <c>\w</c>.</summary>
    /// <param name="Members">All of them, ASCII; null: not known, or too many to be worth knowing.</param>
    /// <param name="MayBeCarriageReturn">Whether <c>\r</c> may be among them.</param>
    /// <param name="IsWordClass">Whether it is <c>\w</c> or <c>\W</c>.</param>
    public sealed record OneOf(string? Members, bool MayBeCarriageReturn, bool IsWordClass = false) : PatternNode;

    /// <summary>What an earlier group matched.</summary>
    public sealed record BackReference : PatternNode;

    /// <summary>A condition on a place. In a basic expression an inner <c>^</c> or <c>$</c> may be a character instead.</summary>
    public sealed record Assertion(PatternAssertion Kind) : PatternNode;

    /// <summary>One after the other; of none, the empty string.</summary>
    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>Any of at least two.</summary>
    public sealed record Choice(IReadOnlyList<PatternNode> Branches) : PatternNode;

    /// <summary>The same part several times.</summary>
    /// <param name="Part">What is repeated.</param>
    /// <param name="Min">0 or more.</param>
    /// <param name="Max">At least as many as <paramref name="Min"/>; null: without end.</param>
    public sealed record Repeat(PatternNode Part, int Min, int? Max) : PatternNode;
}

/// <summary>What an assertion asks of a place in the line.</summary>
internal enum PatternAssertion
{
    LineStart,
    LineEnd,

    /// <summary><c>\b</c>, <c>\&lt;</c>, <c>\&gt;</c>.</summary>
    WordBorder,

    /// <summary><c>\B</c>.</summary>
    NoWordBorder,
}
