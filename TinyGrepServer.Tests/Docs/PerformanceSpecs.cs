// The table of figures has the rows that bench/run.sh prints, each of them and no other.

using System.Globalization;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed partial class PerformanceSpecs
{
    const string Files = "files"; // heads the table of what grows with their number

    [TestMethod]
    public void Its_rows_are_those_of_the_benchmark()
    {
        var rows = Document.Of("docs/performance.md").Rows.Select(row => row[0])
            .Where(label => label is not ("workload" or Files) && !int.TryParse(label, CultureInfo.InvariantCulture, out _)).ToList();
        var printed = Directory.EnumerateFiles(Path.Join(TestServer.Root, "bench"), "*.sh", SearchOption.AllDirectories)
            .SelectMany(script => Label().Matches(File.ReadAllText(script))).Select(match => Pattern(match.Groups["label"].Value)).ToList();

        Assert.IsGreaterThan(20, rows.Count);
        foreach (var row in rows) Assert.IsTrue(printed.Any(label => Regex.IsMatch(row, label)), $"the benchmark prints no row '{row}'");
        foreach (var label in printed) Assert.IsTrue(rows.Any(row => Regex.IsMatch(row, label)), $"there is no row {label}");
    }

    [TestMethod]
    public void The_table_of_what_grows_is_that_of_the_benchmark_for_each_size()
    {
        var script = File.ReadAllText(Path.Join(TestServer.Root, "bench", "rows", "folder.sh"));
        var table = Document.Of("docs/performance.md").Rows.SkipWhile(row => row[0] != Files).ToList();
        var sizes = table.Skip(1).Select(row => row[0]).TakeWhile(label => int.TryParse(label, CultureInfo.InvariantCulture, out _));

        Assert.Contains($"| {string.Join(" | ", table[0])} |", script);
        Assert.AreEqual("1000 10000 78579 300000", string.Join(' ', sizes));
    }

    /// <summary>A label of the script, its variables standing for anything.</summary>
    static string Pattern(string label) => $"^{string.Join(".+", Variable().Split(label).Select(Regex.Escape))}$";

    [GeneratedRegex("^ *row \"(?<label>[^\"]+)\"", RegexOptions.Multiline)]
    private static partial Regex Label();

    [GeneratedRegex(@"\$\([^)]*\)|\$\w+")]
    private static partial Regex Variable();
}
