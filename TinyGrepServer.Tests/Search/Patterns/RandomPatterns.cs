// Random patterns of each of grep's dialects, most of them sound, some odd on purpose, each with a way to write lines that are
// likely to match it. Made of CsCheck's generators, so that a pattern that fails a test is shrunk to a small one.

using CsCheck;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

/// <param name="Text">The pattern, or a part of one.</param>
/// <param name="Sample">Writes a text that this may match.</param>
internal sealed record RandomPattern(string Text, Func<Random, string> Sample)
{
    public static RandomPattern Of(string text, params string[] samples) =>
        new(text, random => samples[random.Next(samples.Length)]);

    public RandomPattern Then(RandomPattern next) =>
        new(Text + next.Text, random => Sample(random) + next.Sample(random));
}

/// <summary>A question to grep and lines to ask it of.</summary>
internal sealed record RandomPatternCase(SearchQuery Query, Func<Random, string> Sample, int Seed)
{
    const int MaxSample = 200; // all lines together must fit a pipe: see GrepJudge

    static readonly string[] Around = ["", "", "", " ", "x", "abc", "b", "-", "é", "_"];

    /// <summary>Lines that are likely to match, without newlines, NULs and carriage returns; the same ones each time.</summary>
    public IReadOnlyList<string> Lines(int count)
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, count).Select(_ => Line(random))];
    }

    public override string ToString() => $"{string.Join(' ', Options)} '{Query.Term}' seed {Seed}";

    /// <summary>The question in grep's words, without the term.</summary>
    public IEnumerable<string> Options =>
    [
        Query.Mode switch { SearchMode.Extended => "-E", SearchMode.Fixed => "-F", SearchMode.Perl => "-P", _ => "-G" },
        .. Query.IgnoreCase ? ["-i"] : Array.Empty<string>(),
        .. Query.Line ? ["-x"] : Query.Word ? ["-w"] : Array.Empty<string>(),
    ];

    string Line(Random random)
    {
        var text = random.Next(8) == 0 ? Query.Term : Sample(random);
        if (text.Length > MaxSample) text = text[..MaxSample];
        if (random.Next(3) == 0) text = OtherCase(text, random);
        if (random.Next(4) == 0 && text.Length > 0) text = text.Remove(random.Next(text.Length), 1);
        if (!Query.Line || random.Next(4) == 0) text = Around[random.Next(Around.Length)] + text + Around[random.Next(Around.Length)];
        return text.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
    }

    static string OtherCase(string text, Random random) => string.Concat(text.Select(letter => random.Next(3) switch
    {
        0 => char.ToUpperInvariant(letter),
        1 => letter switch { 'k' => '\u212A', 's' => 'ſ', 'i' => 'ı', _ => char.ToLowerInvariant(letter) },
        _ => letter,
    }));
}

internal static class RandomPatterns
{
    static readonly string[] Words =
        ["abc", "abc", "abd", "bcd", "foo", "foobar", "ab", "a", "b", "Kis", "sik", "x", "12", "é", "École", "日", "ſ", "a b", "_c"];

    static readonly string[] Signs =
    [
        ".", "*", "]", "^", "$", "\\", "+", "?", "{", "}", "(", ")", "|", "-", "/", "_", " ", "<", "\"", "#", "&",
    ];

    /// <summary>Bracket expressions with a text each; the broken ones swallow what follows.</summary>
    static readonly (string Text, string[] Samples)[] Brackets =
    [
        ("[Aa]", ["A", "a"]), ("[ab]", ["a", "b"]), ("[^x]", ["a", "é"]), ("[]a]", ["]", "a"]), ("[a-c]", ["b"]), ("[a-]", ["-"]),
        ("[[:digit:]]", ["1"]), ("[[:alpha:]_]", ["a", "_"]), ("[^[:space:]]", ["a"]), (@"[\]]", [@"\]", "]"]),
        (@"[a\]b]", ["a", @"\b]", "b"]), ("[[.a.]]", ["a"]), ("[[=a=]b]", ["a", "b"]), ("[[:foo:]]", ["f]", "f"]),
        ("[:alpha:]", ["a", ":"]), ("[ab", ["a", "[ab"]), ("[kK]", ["k"]), (@"[\w]", ["a", "w"]), (@"[\x41b]", ["A", "b", "x"]),
        ("[[a]", ["[", "a"]), ("[^]]", ["a"]), (@"[\Qa]\E]", ["a", "a]"]), (@"[\c]]", ["\u001d"]), ("[é]", ["é"]),
    ];

    static readonly (string Text, string[] Samples)[] Odd =
    [
        ("^", ["", "^"]), ("$", ["", "$"]), (@"\b", ["", "b"]), (@"\B", ["", "B"]), (@"\<", ["", "<"]), (@"\>", ["", ">"]),
        (@"\`", ["", "`"]), (@"\'", ["", "'"]), (@"\w", ["a", "w"]), (@"\W", [" ", "W"]), (@"\s", [" ", "s"]), (@"\S", ["a", "S"]),
        (@"\1", ["abc", "", "1", "\u0001"]), (@"\2", ["a", ""]), (@"\0", ["0"]), (@"\d", ["1", "d"]), (@"\D", ["a", "D"]),
        (@"\h", [" ", "h"]), (@"\y", ["y"]), (@"\x41", ["A", "x41"]), (@"\x{41}", ["A"]), (@"\t", ["\t", "t"]),
        (@"\cA", ["\u0001", "cA"]), (@"\e", ["\e", "e"]), (@"\Qa.b\E", ["a.b", "Qa.bE"]), (@"\Q", ["", "Q"]), (@"\E", ["", "E"]),
        (@"\K", ["", "K"]), (@"\pL", ["a", "pL"]), (@"\R", ["R"]), (@"\é", ["é"]), (@"\10123", ["A23", "0123"]),
        (@"\g1", ["g1", "abc"]), (@"\A", ["", "A"]), (@"\Z", ["", "Z"]), (@"\z", ["", "z"]), ("(?i)", ["", "?i"]),
        ("(?x)", ["", "?x"]), ("(?=a)", [""]), ("(?!a)", [""]), ("(?#abc)", ["", "abc"]), ("(*ACCEPT)", [""]),
        (@"\Q[Aa]bc\E", ["[Aa]bc"]), (@"\(ab\)c\1d", ["abcabd"]), (@"(ab)c\1d", ["abcabd"]), (@"\(.\)\1", ["aa"]), (@"(.)\1", ["aa"]),
        ("(?|", [""]), ("(?:", [""]), ("()", [""]), (@"\(\)", ["", "()"]), ("(?i:", [""]), ("(?<n>", [""]), ("(*COMMIT)", [""]),
    ];

    static readonly (string Text, int Min, int Max)[] Repeats =
    [
        ("*", 0, 3), ("*", 0, 2), ("+", 1, 3), (@"\+", 1, 3), ("?", 0, 1), (@"\?", 0, 1), ("{2}", 2, 2), (@"\{2\}", 2, 2),
        ("{1,2}", 1, 2), (@"\{1,2\}", 1, 2), ("{,2}", 0, 2), (@"\{,2\}", 0, 2), ("{2,}", 2, 3), (@"\{2,\}", 2, 3), ("{0}", 0, 0),
        (@"\{0\}", 0, 0), ("{0,1}", 0, 1), (@"\{0,1\}", 0, 1), ("{,}", 0, 2), (@"\{,\}", 0, 2), ("{x}", 1, 1), (@"\{x\}", 1, 1),
        ("{2,1}", 1, 1), ("{", 1, 1), ("{1", 1, 1), ("{1a}", 1, 1), ("*?", 0, 2), ("+?", 0, 2), ("??", 0, 1), ("++", 1, 2),
        ("*+", 0, 2), ("?+", 0, 2), ("{2}?", 0, 2), ("{2}+", 2, 4), ("**", 0, 2), ("{2}{2}", 4, 4), (@"\{2\}\{2\}", 4, 4),
        (@"\{2\}*", 0, 4), ("?{2}", 0, 2), ("*{3}", 0, 3),
    ];

    static readonly SearchMode[] Modes = [SearchMode.Basic, SearchMode.Extended, SearchMode.Fixed, SearchMode.Perl];

    static readonly Lazy<Dictionary<SearchMode, Gen<RandomPattern>>> Patterns =
        new(() => Modes.ToDictionary(mode => mode, mode => Choice(mode, depth: 3)));

    /// <summary>Questions in all modes, with all options but invert.</summary>
    public static Gen<RandomPatternCase> Cases { get; } =
        from mode in Gen.OneOf(Modes)
        from flags in Gen.Int[0, 11]
        from seed in Gen.Int[0, 1_000_000]
        from pattern in Patterns.Value[mode]
        where pattern.Text is { Length: > 0 and < 300 }
        select new RandomPatternCase(
            new SearchQuery
            {
                Term = pattern.Text,
                Mode = mode,
                IgnoreCase = flags % 2 == 1,
                Word = flags is 2 or 3 or 4,
                Line = flags is 5 or 6,
            },
            pattern.Sample,
            seed);

    static Gen<RandomPattern> Choice(SearchMode mode, int depth) => Gen.Frequency(
        (5, Sequence(mode, depth)),
        (1, Gen.Select(Sequence(mode, depth), Sequence(mode, depth), (one, other) => Either(one, other, Bar(mode)))));

    static string Bar(SearchMode mode) => mode == SearchMode.Basic ? @"\|" : "|";

    static Gen<RandomPattern> Sequence(SearchMode mode, int depth) =>
        Part(mode, depth).Array[1, 4].Select(parts => parts.Aggregate((before, part) => before.Then(part)));

    static Gen<RandomPattern> Part(SearchMode mode, int depth)
    {
        if (mode == SearchMode.Fixed) return Gen.OneOf(Word, Sign);
        var repeat = Gen.OneOf(Repeats);
        return Gen.Frequency(
            (9, Atom(mode, depth)),
            (3, Gen.Select(Atom(mode, depth), repeat, Repeated)),
            (1, repeat.Select(alone => RandomPattern.Of(alone.Text, "", alone.Text))));
    }

    static Gen<RandomPattern> Atom(SearchMode mode, int depth)
    {
        List<(int, Gen<RandomPattern>)> atoms =
        [
            (12, Word),
            (2, Sign),
            (2, Gen.Const(RandomPattern.Of(".", "a", "b", "."))),
            (3, Gen.OneOf(Brackets).Select(bracket => RandomPattern.Of(bracket.Text, bracket.Samples))),
            (3, Gen.OneOf(Odd).Select(odd => RandomPattern.Of(odd.Text, odd.Samples))),
        ];
        if (depth > 0) atoms.Add((4, Choice(mode, depth - 1).Select(inner => Group(inner, mode == SearchMode.Basic))));
        return Gen.Frequency([.. atoms]);
    }

    static Gen<RandomPattern> Word { get; } = Gen.OneOf(Words).Select(word => RandomPattern.Of(word, word));

    static Gen<RandomPattern> Sign { get; } = Gen.Select(
        Gen.OneOf(Signs), Gen.Bool, (sign, escaped) => RandomPattern.Of(escaped ? $@"\{sign}" : sign, sign, sign, "", $@"\{sign}"));

    static RandomPattern Group(RandomPattern inner, bool basic) =>
        inner with { Text = basic ? $@"\({inner.Text}\)" : $"({inner.Text})" };

    static RandomPattern Either(RandomPattern one, RandomPattern other, string bar) =>
        new(one.Text + bar + other.Text, random => (random.Next(2) == 0 ? one : other).Sample(random));

    static RandomPattern Repeated(RandomPattern part, (string Text, int Min, int Max) repeat) => new(
        part.Text + repeat.Text,
        random => random.Next(5) == 0
            ? part.Sample(random) + repeat.Text
            : string.Concat(Enumerable.Range(0, random.Next(repeat.Min, repeat.Max + 1)).Select(_ => part.Sample(random))));
}
