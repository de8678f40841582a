// Cuts a pattern into tokens as GNU grep 3.8 does. Basic and extended expressions differ only in which of ( ) | + ? { need a
// backslash to be operators; Perl's have lazy and possessive marks and escapes of their own. What is not certain is Unknown.

using System.Globalization;
using System.Text;

namespace TinyGrepServer.Search;

/// <param name="pattern">Without halves of surrogate pairs.</param>
/// <param name="mode">Basic, extended or Perl.</param>
internal sealed class PatternLexer(string pattern, SearchMode mode)
{
    static readonly PatternToken Unknown = new(PatternTokenKind.Unknown);

    readonly bool isPerl = mode == SearchMode.Perl;
    int at;

    public PatternToken Next()
    {
        if (at == pattern.Length) return new PatternToken(PatternTokenKind.End);
        var escaped = pattern[at] == '\\';
        if (escaped) at++;
        if (at == pattern.Length) return Unknown;
        var read = Rune.GetRuneAt(pattern, at);
        at += read.Utf16SequenceLength;
        if (!read.IsAscii) return escaped ? Unknown : PatternToken.Atom(new PatternNode.Character(read));
        var letter = (char)read.Value;
        if (escaped == (mode == SearchMode.Basic) && "()|+?{".Contains(letter, StringComparison.Ordinal)) return Operator(letter);
        if (!escaped) return Plain(letter);
        return isPerl ? PerlEscape(letter) : GnuEscape(letter);
    }

    PatternToken Operator(char letter) => letter switch
    {
        '(' => new PatternToken(PatternTokenKind.Open),
        ')' => new PatternToken(PatternTokenKind.Close),
        '|' => new PatternToken(PatternTokenKind.Bar),
        '+' => Repeat(1, null),
        '?' => Repeat(0, 1),
        _ => Interval(),
    };

    PatternToken Plain(char letter) => letter switch
    {
        '*' => Repeat(0, null),
        '^' => PatternToken.Assertion(PatternAssertion.LineStart),
        '$' => PatternToken.Assertion(PatternAssertion.LineEnd),
        '.' => PatternToken.Atom(new PatternNode.OneOf(null, MayBeCarriageReturn: true)),
        '[' => PatternBrackets.Read(pattern, ref at, isPerl) is { } set ? PatternToken.Atom(set) : Unknown,
        _ => Character(letter),
    };

    /// <summary>In Perl a mark behind a repeat says how greedy it is, not how often.</summary>
    PatternToken Repeat(int min, int? max)
    {
        if (isPerl && at < pattern.Length && pattern[at] is '?' or '+') at++;
        return PatternToken.Repeat(min, max);
    }

    /// <summary>What follows an opening brace: <c>3}</c>, <c>3,}</c>, <c>3,5}</c>, and, not in Perl, <c>,5}</c>.</summary>
    PatternToken Interval()
    {
        var min = Number();
        var comma = at < pattern.Length && pattern[at] == ',';
        if (comma) at++;
        var max = comma ? Number() : min;
        var end = mode == SearchMode.Basic ? "\\}" : "}";
        if (string.CompareOrdinal(pattern, at, end, 0, end.Length) != 0) return Unknown;
        at += end.Length;
        if (min is null && (isPerl || max is null)) return Unknown;
        return max < (min ?? 0) ? Unknown : Repeat(min ?? 0, max);
    }

    int? Number()
    {
        const int MaxDigits = 5; // more than any of the dialects takes
        var from = at;
        while (at < pattern.Length && at - from < MaxDigits && char.IsAsciiDigit(pattern[at])) at++;
        return at == from ? null : int.Parse(pattern.AsSpan(from, at - from), CultureInfo.InvariantCulture);
    }

    static PatternToken GnuEscape(char letter) => letter switch
    {
        'w' => PatternToken.Atom(new PatternNode.OneOf(null, MayBeCarriageReturn: false, IsWordClass: true)),
        'W' => PatternToken.Atom(new PatternNode.OneOf(null, MayBeCarriageReturn: true, IsWordClass: true)),
        's' => PatternToken.Atom(new PatternNode.OneOf(null, MayBeCarriageReturn: true)),
        'S' => PatternToken.Atom(new PatternNode.OneOf(null, MayBeCarriageReturn: false)),
        'b' or '<' or '>' => PatternToken.Assertion(PatternAssertion.WordBorder),
        'B' => PatternToken.Assertion(PatternAssertion.NoWordBorder),
        '`' => PatternToken.Assertion(PatternAssertion.LineStart),
        '\'' => PatternToken.Assertion(PatternAssertion.LineEnd),
        >= '1' and <= '9' => PatternToken.Atom(new PatternNode.BackReference()),
        '{' or '}' => Unknown,
        _ => Itself(letter),
    };

    static PatternToken PerlEscape(char letter) => letter switch
    {
        'd' or 'D' or 'w' or 'W' or 's' or 'S' or 'h' or 'H' or 'v' or 'V' =>
            PatternToken.Atom(new PatternNode.OneOf(null, MayBeCarriageReturn: true, IsWordClass: true)),
        'b' => PatternToken.Assertion(PatternAssertion.WordBorder),
        'B' => PatternToken.Assertion(PatternAssertion.NoWordBorder),
        'A' => PatternToken.Assertion(PatternAssertion.LineStart),
        'z' or 'Z' => PatternToken.Assertion(PatternAssertion.LineEnd),
        _ => Itself(letter),
    };

    /// <summary>What has no other meaning behind a backslash: ASCII other than letters, digits and control characters.</summary>
    static PatternToken Itself(char letter) =>
        letter is >= ' ' and <= '~' && !char.IsAsciiLetterOrDigit(letter) ? Character(letter) : Unknown;

    static PatternToken Character(char letter) => PatternToken.Atom(new PatternNode.Character(new Rune(letter)));
}
