// What the sieve asks for, as a table; and the truth of it: grep never finds a line without a literal of each set.
// TINYGREP_TEST_PATTERNS sets how many patterns are tried; CsCheck_Seed replays what a failure prints.

using System.Globalization;
using System.Text;
using CsCheck;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class PatternLiteralsSpecs
{
    const int LinesEach = 40;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("Mutex_Lock", "mutex_lock")]
    [DataRow("spin_lock.*irqsave", "spin_lock irqsave")]
    [DataRow("a(b|c)d.*longer", "abd|acd longer")]
    [DataRow("abc|def", "abc|def")]
    [DataRow("(foo.*bar|quux)baz", "foo|quux barbaz|quuxbaz")]
    [DataRow("foo|ba", null)]
    [DataRow("[Cc]onfig", "config")]
    [DataRow("x[ab]yz", "xayz|xbyz")]
    [DataRow("abc[0-9]def", "abc def")]
    [DataRow("colou?r", "colour|color")]
    [DataRow("ab+cd", "bcd")]
    [DataRow("(abc)+def", "abcdef")]
    [DataRow("abc*de", null)]
    [DataRow("a{3}b", "aaab")]
    [DataRow("xa{2,3}by", "xaa aaby")]
    [DataRow("abcd{0}efg", "abc efg")]
    [DataRow("abcd{,2}efg", "abc efg")]
    [DataRow("^#include <", "#include <")]
    [DataRow("abc$", "abc")]
    [DataRow("abc^def", "abc def")]
    [DataRow(@"\bfoo\b", "foo")]
    [DataRow(@"\<struct\s+dentry\>", "struct dentry")]
    [DataRow(@"struct\s+task_struct", "task_struct")]
    [DataRow(@"a\.b\(c", "a.b(c")]
    [DataRow(@"(abc)\1def", "abc def")]
    [DataRow(@"abc\d", null)]
    [DataRow("*abc", null)]
    [DataRow("(*abc)", null)]
    [DataRow("abc|*def", null)]
    [DataRow("^*abc", null)]
    [DataRow("abc{x}", null)]
    [DataRow("{1}abc", null)]
    [DataRow("abc)", null)]
    [DataRow("(abc", null)]
    [DataRow("[abc", null)]
    [DataRow("abc[[.a.]]", null)]
    [DataRow(@"abc\", null)]
    [DataRow("日本", "日本")]
    [DataRow("日", "日")]
    [DataRow("é", null)]
    [DataRow("ab", null)]
    public void Extended_patterns_need(string pattern, string? sets) => AssertSets(sets, SearchMode.Extended, pattern);

    [TestMethod]
    [DataRow("a(b|c)d", "a(b|c)d")]
    [DataRow(@"a\(b\|c\)d", "abd|acd")]
    [DataRow(@"abc\+d", "abc")]
    [DataRow("abc+d", "abc+d")]
    [DataRow(@"a\{3\}", "aaa")]
    [DataRow("a{3}", "a{3}")]
    [DataRow("*abc", null)]
    [DataRow(@"\(*abc\)", null)]
    [DataRow("x^*abc", null)]
    [DataRow("abc$def", "abc def")]
    [DataRow(@"abc\}", null)]
    [DataRow(@"abc\)", null)]
    public void Basic_patterns_need(string pattern, string? sets) => AssertSets(sets, SearchMode.Basic, pattern);

    [TestMethod]
    [DataRow("abc+?d", "abc")]
    [DataRow("abc++d", "abc")]
    [DataRow("abc{2}?d", "abccd")]
    [DataRow("abc{,2}", null)]
    [DataRow("abc**", null)]
    [DataRow(@"abc\d+def", "abc def")]
    [DataRow(@"abc\x41", null)]
    [DataRow(@"\Qabc\E", null)]
    [DataRow(@"abc\1", null)]
    [DataRow("(?i)abc", null)]
    [DataRow("(?:abc)", null)]
    [DataRow("abc(*ACCEPT)def", null)]
    [DataRow(@"abc[\]]def", "abc def")]
    [DataRow(@"abc[\Q]]\Edef", null)]
    public void Perl_patterns_need(string pattern, string? sets) => AssertSets(sets, SearchMode.Perl, pattern);

    [TestMethod]
    [DataRow("a.b*c", "a.b*c")]
    [DataRow("ab", null)]
    public void Plain_texts_need(string pattern, string? sets) => AssertSets(sets, SearchMode.Fixed, pattern);

    [TestMethod]
    public void Where_case_is_ignored_a_letter_beyond_ASCII_may_be_other_bytes() =>
        AssertSets("abc def", SearchMode.Fixed, "ABCÉdef", ignoreCase: true);

    [TestMethod]
    public void A_question_for_lines_without_a_match_needs_nothing() =>
        Assert.IsNull(PatternLiterals.Of(new SearchQuery { Term = "abc", Invert = true }));

    [TestMethod]
    public void A_question_for_every_line_needs_nothing() => Assert.IsNull(PatternLiterals.Of(SearchQuery.EveryLine));

    [TestMethod]
    public void Half_a_character_is_not_understood() => AssertSets(null, SearchMode.Fixed, "abc\ud83d");

    [TestMethod]
    public void Of_several_words_each_is_needed() =>
        Assert.AreEqual("foo.* bar", Text(PatternLiterals.OfWords(["Foo.*", "to", "bar", "ba"], ignoreCase: false)));

    [TestMethod]
    public void There_are_at_most_eight_sets_of_sixteen_literals()
    {
        var many = PatternLiterals.Of(new SearchQuery
        {
            Mode = SearchMode.Extended,
            Term = string.Join(".*", Enumerable.Range(10, 30).Select(number => $"number{number}"))
                + $".*({string.Join('|', Enumerable.Range(10, 17).Select(number => $"choice{number}"))})",
        });

        Assert.HasCount(8, many!.Sets);
        Assert.IsTrue(many.Sets.All(set => set.Count == 1));
    }

    [TestMethod]
    [DataRow("(((((((((a{99}){99}){99}){99}){99}){99}){99}){99}){99})")]
    [DataRow("(([ab]{9}[cd]{9}){9}|([ef]{9}){9}){9}")]
    public void Patterns_that_grow_without_end_are_read_at_once(string pattern)
    {
        var literals = PatternLiterals.Of(new SearchQuery { Mode = SearchMode.Extended, Term = pattern });

        Assert.IsTrue(literals is null || literals.Sets.Sum(set => set.Sum(literal => literal.Length)) < 10_000);
    }

    [TestMethod]
    public void A_pattern_nested_as_deep_as_a_term_is_long_is_read()
    {
        const int Depth = SearchQuery.MaxTerm / 2;

        AssertSets(null, SearchMode.Extended, new string('(', SearchQuery.MaxTerm));
        AssertSets(null, SearchMode.Extended, new string('(', Depth - 2) + "abc" + new string(')', Depth - 2) + "*");
        AssertSets("abc", SearchMode.Extended, new string('(', Depth - 2) + "abc" + new string(')', Depth - 2));
    }

    [TestMethod, Timeout(600_000)]
    public void Grep_finds_no_line_without_a_literal_of_each_set()
    {
        var patterns = Knob.Of("TINYGREP_TEST_PATTERNS", 12_000);
        var (pairs, found) = (0, 0);

        RandomPatterns.Cases.Sample(
            asked =>
            {
                if (PatternLiterals.Of(asked.Query) is not { } literals) return;
                var lines = asked.Lines(LinesEach);
                foreach (var index in GrepJudge.Found(asked, lines).Where(index => !(asked.Query.IgnoreCase && FoldsToAscii(lines[index]))))
                {
                    Assert.IsTrue(HasOneOfEach(literals, lines[index]), $"{asked} needs {Text(literals)}, but '{lines[index]}' matches");
                    Interlocked.Increment(ref found);
                }
                Interlocked.Add(ref pairs, lines.Count);
            },
            iter: patterns,
            print: asked => asked.ToString());

        TestContext.WriteLine($"{pairs} pairs of a pattern and a line, {found} of them matches");
        Assert.IsGreaterThan(patterns * LinesEach / 4, pairs, "much is known of many patterns");
        Assert.IsGreaterThan(pairs / 10, found, "many lines match");
    }

    static bool FoldsToAscii(string line) => line.AsSpan().ContainsAny("\u0130\u0131\u017F\u212A");

    static bool HasOneOfEach(PatternLiterals literals, string line)
    {
        var folded = string.Concat(line.Select(letter => char.IsAscii(letter) ? char.ToLowerInvariant(letter) : letter));
        var bytes = Encoding.UTF8.GetBytes(folded);
        return literals.Sets.All(set => set.Any(literal => bytes.AsSpan().IndexOf(literal) >= 0));
    }

    static void AssertSets(string? sets, SearchMode mode, string pattern, bool ignoreCase = false) => Assert.AreEqual(
        sets, Text(PatternLiterals.Of(new SearchQuery { Term = pattern, Mode = mode, IgnoreCase = ignoreCase })));

    /// <summary>The sets parted by spaces, the literals of a set by <c>|</c>, which as part of one is fine here.</summary>
    static string? Text(PatternLiterals? literals) => literals is null
        ? null
        : string.Join(' ', literals.Sets.Select(set => string.Join('|', set.Select(Encoding.UTF8.GetString))));
}
