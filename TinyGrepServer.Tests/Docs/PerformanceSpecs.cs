// The table of figures has the rows that bench/run.sh prints, each of them and no other.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed partial class PerformanceSpecs
{
    [TestMethod]
    public void Its_rows_are_those_of_the_benchmark()
    {
        var rows = Document.Of("docs/performance.md").Rows.Select(row => row[0]).Where(label => label != "workload").ToList();
        var printed = Directory.EnumerateFiles(Path.Join(TestServer.Root, "bench"), "*.sh", SearchOption.AllDirectories)
            .SelectMany(script => Label().Matches(File.ReadAllText(script))).Select(match => Pattern(match.Groups["label"].Value)).ToList();

        Assert.IsGreaterThan(20, rows.Count);
        foreach (var row in rows) Assert.IsTrue(printed.Any(label => Regex.IsMatch(row, label)), $"the benchmark prints no row '{row}'");
        foreach (var label in printed) Assert.IsTrue(rows.Any(row => Regex.IsMatch(row, label)), $"there is no row {label}");
    }

    /// <summary>A label of the script, its variables standing for anything.</summary>
    static string Pattern(string label) => $"^{string.Join(".+", Variable().Split(label).Select(Regex.Escape))}$";

    [GeneratedRegex("^ *row \"(?<label>[^\"]+)\"", RegexOptions.Multiline)]
    private static partial Regex Label();

    [GeneratedRegex(@"\$\([^)]*\)|\$\w+")]
    private static partial Regex Variable();
}
