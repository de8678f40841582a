// A strict reader of Prometheus' text format 0.0.4: what it takes, Prometheus takes; what it does not like fails the test.

using System.Globalization;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests;

internal static partial class PrometheusText
{
    internal sealed record Sample(string Name, IReadOnlyList<(string Name, string Value)> Labels, double Value)
    {
        public string Label(string name) => Labels.Single(label => label.Name == name).Value;

        public bool Has(params (string Name, string Value)[] labels) => labels.All(Labels.Contains);
    }

    internal sealed record Family(string Type, string Help)
    {
        public List<Sample> Samples { get; } = [];
    }

    public static IReadOnlyDictionary<string, Family> Parse(string text)
    {
        Assert.EndsWith("\n", text, "the last line must end");
        Dictionary<string, Family> families = [];
        var (current, help) = ("", "");
        HashSet<string> seen = [];
        foreach (var line in text[..^1].Split('\n'))
        {
            if (HelpLine().Match(line) is { Success: true } helped) help = helped.Groups[2].Value;
            else if (TypeLine().Match(line) is { Success: true } typed)
            {
                current = typed.Groups[1].Value;
                Assert.IsTrue(families.TryAdd(current, new Family(typed.Groups[2].Value, help)), $"two families {current}");
            }
            else
            {
                var sample = ReadSample(line);
                Assert.IsTrue(Belongs(sample.Name, current, families[current].Type), $"{line} stands under {current}");
                Assert.IsTrue(seen.Add(sample.Name + string.Join(',', sample.Labels.Order())), $"twice: {line}");
                families[current].Samples.Add(sample);
            }
        }
        return families;
    }

    public static double Number(string text)
    {
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign;
        return text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.Parse(text, Style, CultureInfo.InvariantCulture),
        };
    }

    static Sample ReadSample(string line)
    {
        var match = SampleLine().Match(line);
        Assert.IsTrue(match.Success, $"not a sample: '{line}'");
        var labels = match.Groups["label"].Captures
            .Zip(match.Groups["value"].Captures, (name, value) => (name.Value, Unescape(value.Value)))
            .ToList();
        Assert.AreEqual(labels.Count, labels.Select(label => label.Item1).Distinct().Count(), $"a label twice: {line}");
        return new Sample(match.Groups["name"].Value, labels, Number(match.Groups["number"].Value));
    }

    static bool Belongs(string sample, string family, string type) =>
        type == "histogram" ? sample == $"{family}_bucket" || sample == $"{family}_sum" || sample == $"{family}_count" : sample == family;

    static string Unescape(string text) => text
        .Replace("\\n", "\n", StringComparison.Ordinal)
        .Replace("\\\"", "\"", StringComparison.Ordinal)
        .Replace("\\\\", "\\", StringComparison.Ordinal);

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$")]
    private static partial Regex HelpLine();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex(
        "^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"
        + """(?:\{(?:(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(?:[^"\\\n]|\\[\\"n])*)"(?:,(?!\})|(?=\})))*\})?"""
        + " (?<number>[^ ]+)$")]
    private static partial Regex SampleLine();
}
