// Where a carriage return at the end of a line could be noticed, as a table; and the truth of it: where it could not, grep finds
// the same lines and the same matches in them with and without. TINYGREP_TEST_PATTERNS, CsCheck_Seed: see PatternLiteralsSpecs.

using CsCheck;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class LineEndsSpecs
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("abc")]
    [DataRow("^abc")]
    [DataRow(@"\babc\>")]
    [DataRow("spin_lock.*irqsave")]
    [DataRow("(a|b.)c+")]
    [DataRow("[a-z][[:digit:]_]*")]
    [DataRow("a\rb")]
    [DataRow("x*")]
    public void They_do_not_matter_to(string pattern) => Assert.IsFalse(LineEnds.Matter(Ask(pattern)));

    [TestMethod]
    [DataRow("abc$")]
    [DataRow("abc.")]
    [DataRow("abc.*")]
    [DataRow("abc.*x?")]
    [DataRow("abc[^d]")]
    [DataRow("abc[[:space:]]")]
    [DataRow("abc[\t-\r]")]
    [DataRow(@"abc\s")]
    [DataRow(@"abc\W*")]
    [DataRow(@"abc\B")]
    [DataRow(@"(a.)b\1")]
    [DataRow("abc\r")]
    [DataRow("abc{x}")]
    [DataRow("(abc")]
    public void They_matter_to(string pattern) => Assert.IsTrue(LineEnds.Matter(Ask(pattern)));

    [TestMethod]
    public void They_matter_to_whole_lines() => Assert.IsTrue(LineEnds.Matter(Ask("abc") with { Line = true }));

    [TestMethod]
    public void They_matter_to_empty_words() => Assert.IsTrue(LineEnds.Matter(Ask("x*") with { Word = true }));

    [TestMethod]
    public void They_matter_to_Perl() => Assert.IsTrue(LineEnds.Matter(Ask("abc") with { Mode = SearchMode.Perl }));

    [TestMethod]
    public void They_do_not_matter_to_every_line() => Assert.IsFalse(LineEnds.Matter(SearchQuery.EveryLine));

    [TestMethod, Timeout(600_000)]
    public void Where_they_do_not_matter_grep_finds_the_same_with_carriage_returns()
    {
        var patterns = Knob.Of("TINYGREP_TEST_PATTERNS", 4_000);
        var asks = 0;

        RandomPatterns.Cases.Sample(
            asked =>
            {
                if (LineEnds.Matter(asked.Query)) return;
                var lines = asked.Lines(60).Select((line, number) => number % 5 == 0 ? line + "\r" : line).ToList();

                var bare = GrepJudge.Ask(asked, lines, "--color=always");
                var returned = GrepJudge.Ask(asked, lines.Select(line => line + "\r"), "--color=always");

                returned.Output = returned.Output.Replace("\r\n", "\n", StringComparison.Ordinal);
                Assert.AreEqual(bare, returned, asked.ToString());
                Interlocked.Increment(ref asks);
            },
            iter: patterns,
            print: asked => asked.ToString());

        TestContext.WriteLine($"{asks} patterns to which line ends do not matter");
        Assert.IsGreaterThan(patterns / 6, asks, "they do not matter to many patterns");
    }

    static SearchQuery Ask(string pattern) => new() { Term = pattern, Mode = SearchMode.Extended };
}
