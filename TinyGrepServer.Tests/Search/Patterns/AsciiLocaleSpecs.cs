// Where the C locale may be taken, as a table; and the truth of it: there grep finds the same matches in ASCII texts as in
// UTF-8. TINYGREP_TEST_PATTERNS, CsCheck_Seed: see PatternLiteralsSpecs.

using CsCheck;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class AsciiLocaleSpecs
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("abc")]
    [DataRow("[0-9a-f]{16}$")]
    [DataRow(@"(a|b).*\1")]
    [DataRow(@"^\s*#include\s")]
    public void It_fits(string pattern) => Assert.IsTrue(AsciiLocale.Fits(Ask(pattern)));

    [TestMethod]
    [DataRow("é")]
    [DataRow(@"\babc")]
    [DataRow(@"abc\B")]
    [DataRow(@"\<abc")]
    [DataRow(@"(abc|\w+)*")]
    [DataRow(@"\W")]
    [DataRow(@"\d")]
    [DataRow("{1}abc")]
    [DataRow("x^*")]
    public void It_does_not_fit(string pattern) => Assert.IsFalse(AsciiLocale.Fits(Ask(pattern)));

    [TestMethod]
    public void It_does_not_fit_words() => Assert.IsFalse(AsciiLocale.Fits(Ask("abc") with { Word = true }));

    [TestMethod]
    public void It_does_not_fit_Perl() => Assert.IsFalse(AsciiLocale.Fits(Ask("abc") with { Mode = SearchMode.Perl }));

    [TestMethod, Timeout(600_000)]
    public void Where_it_fits_grep_finds_the_same_in_both_locales()
    {
        var patterns = Knob.Of("TINYGREP_TEST_PATTERNS", 4_000);
        var asks = 0;

        RandomPatterns.Cases.Sample(
            asked =>
            {
                if (!AsciiLocale.Fits(asked.Query)) return;
                var lines = asked.Lines(60).Select(Ascii).ToList();

                var utf8 = GrepJudge.Ask(asked, lines, "--color=always");
                var ascii = GrepJudge.Ask(asked, lines, "--color=always", "C");

                Assert.AreEqual(utf8, ascii, asked.ToString());
                Interlocked.Increment(ref asks);
            },
            iter: patterns,
            print: asked => asked.ToString());

        TestContext.WriteLine($"{asks} patterns that the C locale fits");
        Assert.IsGreaterThan(patterns / 6, asks, "it fits many patterns");
    }

    /// <summary>The line with other characters in place of those beyond ASCII, some of them odd.</summary>
    static string Ascii(string line) =>
        string.Concat(line.Select(letter => char.IsAscii(letter) ? letter : "z_\0\t\u007f\u0001"[letter % 6]));

    static SearchQuery Ask(string pattern) => new() { Term = pattern, Mode = SearchMode.Extended };
}
