// What PatternLexer hands to PatternReader: operators under one name whatever the dialect, and parts that stand alone.

namespace TinyGrepServer.Search;

internal enum PatternTokenKind
{
    End,

    /// <summary>Something whose meaning is not certain: the whole pattern is not understood.</summary>
    Unknown,

    /// <summary>A part that may be repeated.</summary>
    Atom,

    /// <summary>An assertion, which may not.</summary>
    Assertion,

    Open,
    Close,
    Bar,
    Repeat,
}

/// <param name="Kind">What it is.</param>
/// <param name="Node">The part itself, of an atom or assertion.</param>
/// <param name="Min">How often at least, of a repeat.</param>
/// <param name="Max">How often at most, of a repeat; null: without end.</param>
internal readonly record struct PatternToken(PatternTokenKind Kind, PatternNode? Node = null, int Min = 0, int? Max = null)
{
    public static PatternToken Atom(PatternNode node) => new(PatternTokenKind.Atom, node);

    public static PatternToken Assertion(PatternAssertion kind) => new(PatternTokenKind.Assertion, new PatternNode.Assertion(kind));

    public static PatternToken Repeat(int min, int? max) => new(PatternTokenKind.Repeat, Min: min, Max: max);
}
