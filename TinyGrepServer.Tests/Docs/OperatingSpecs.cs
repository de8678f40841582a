// The operating document: its commands, and each metric there is.

using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed partial class OperatingSpecs
{
    [TestMethod, Timeout(120_000)]
    public Task Every_command_gives_the_output_it_shows() => DocumentedServer.RunAsync("docs/operating.md");

    [TestMethod, Timeout(60_000)]
    public async Task It_has_every_metric_and_no_other()
    {
        var text = await (await DocumentedServer.GetAsync()).Http.GetStringAsync("/metrics");
        var there = Family().Matches(text).Select(family => family.Groups["name"].Value).ToList();
        var named = Document.Of("docs/operating.md").Rows
            .SelectMany(row => Named().Matches(row[0]))
            .Select(match => match.Groups["name"].Value)
            .ToList();

        Assert.IsGreaterThan(20, there.Count);
        foreach (var name in there) Assert.IsTrue(named.Any(pattern => Fits(name, pattern)), $"{name} is not explained");
        foreach (var pattern in named) Assert.IsTrue(there.Any(name => Fits(name, pattern)), $"there is no {pattern}");
    }

    static bool Fits(string name, string pattern) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    [GeneratedRegex("^# TYPE (?<name>\\w+) ", RegexOptions.Multiline)]
    private static partial Regex Family();

    [GeneratedRegex("`(?<name>[a-z_*]+)[`{]")]
    private static partial Regex Named();
}
