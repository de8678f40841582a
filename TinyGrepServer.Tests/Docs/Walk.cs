// A walk is drawn in a code block: one station a line, its mark on a rail, its file at the right, a sentence below.
//    ● HttpServer.AcceptAsync                       Server/HttpServer.cs
//    │ Gives each request a task of its own.
//    ├─○ Exchange.Match                             Server/Exchange.cs
//    │   A ○ is a side step of the station above it and further left; a ● goes on from the ● above it.
// A station's file must declare its type, and the file before it must use that type. Where a delegate or an interface stands
// between the two, the line says `through X`, and both files must use X. Read loosely: it is prose first and data second.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

/// <param name="Type">The type that acts.</param>
/// <param name="Member">Its method or property; null where it is made.</param>
/// <param name="Through">The type that stands between this station and the one before it.</param>
/// <param name="Path">Its file, from the product's folder.</param>
/// <param name="Column">How far right its mark is.</param>
/// <param name="IsStep">Whether the walk comes back from it.</param>
internal sealed record Station(string Type, string? Member, string? Through, string Path, int Column, bool IsStep)
{
    public string Sentence { get; init; } = "";

    public override string ToString() => Member is null ? $"new {Type}" : $"{Type}.{Member}";
}

/// <param name="Name">The heading above it.</param>
/// <param name="Unreadable">Lines that have a mark and cannot be read.</param>
internal sealed partial record Walk(string Name, IReadOnlyList<Station> Stations, IReadOnlyList<string> Unreadable)
{
    public static IReadOnlyList<Walk> ReadAll(string markdown) =>
        [.. Drawing().Matches(markdown).Select(found => Read(found.Groups["name"].Value, found.Groups["lines"].Value.Split('\n')))];

    /// <summary>What in it is not true of these sources, a sentence each.</summary>
    /// <param name="sources">By path.</param>
    public IEnumerable<string> Mistakes(IReadOnlyDictionary<string, Source> sources)
    {
        foreach (var line in Unreadable) yield return $"{Name}: cannot read '{line.Trim()}'";
        for (var at = 0; at < Stations.Count; at++)
        {
            var station = Stations[at];
            if (!station.Sentence.EndsWith('.')) yield return $"{Name}: {station} has no sentence";
            if (!sources.TryGetValue(station.Path, out var source))
            {
                yield return $"{Name}: there is no {station.Path}";
                continue;
            }
            if (!Declares(source, station.Type)) yield return $"{Name}: {station.Path} does not declare {station.Type}";
            if (station.Member is { } member && !Uses(source, member)) yield return $"{Name}: {station.Path} has no {member}";
            if (Before(at) is not { } before || !sources.TryGetValue(before.Path, out var caller)) continue;
            var link = station.Through ?? station.Type;
            if (!Uses(caller, link)) yield return $"{Name}: {before.Path} does not use {link}";
            if (station.Through is null) continue;
            if (!Uses(source, link)) yield return $"{Name}: {station.Path} does not use {link}";
            if (!sources.Values.Any(other => Declares(other, link))) yield return $"{Name}: no file declares {link}";
        }
    }

    /// <summary>Where the walk was before: for a step, the station it is a step of; else the one above, steps left out.</summary>
    Station? Before(int at)
    {
        var here = Stations[at];
        return Stations.Take(at).LastOrDefault(other => here.IsStep ? other.Column < here.Column : !other.IsStep);
    }

    static Walk Read(string name, string[] lines)
    {
        List<Station> stations = [];
        List<string> unreadable = [];
        var speaks = false;
        foreach (var line in lines)
        {
            if (line.Contains('●', StringComparison.Ordinal) || line.Contains('○', StringComparison.Ordinal))
            {
                if (StationLine().Match(line) is not { Success: true } found) unreadable.Add(line);
                else stations.Add(Read(found));
                speaks = true;
            }
            else if (line.Contains('▼', StringComparison.Ordinal) || line.Contains('╶', StringComparison.Ordinal))
            {
                speaks = false; // beside an arrow and at the door of a room stands what nobody does
            }
            else if (speaks && stations.Count > 0 && Rail().Replace(line, "").Trim() is { Length: > 0 } words)
            {
                stations[^1] = stations[^1] with { Sentence = $"{stations[^1].Sentence} {words}".Trim() };
            }
        }
        return new Walk(name, stations, unreadable);
    }

    static Station Read(Match found) => new(
        found.Groups["type"].Value,
        found.Groups["member"] is { Success: true } member ? member.Value : null,
        found.Groups["through"] is { Success: true } through ? through.Value : null,
        found.Groups["path"].Value,
        found.Groups["mark"].Index,
        found.Groups["mark"].Value == "○");

    /// <summary>Top-level statements declare no type that can be seen.</summary>
    static bool Declares(Source source, string type) =>
        source.DeclaredTypes.Contains(type)
        || source.Uses($@"\bdelegate\s+\S+\s+{Regex.Escape(type)}\b")
        || (type == "Program" && source.Path == "Program.cs");

    static bool Uses(Source source, string name) => source.Uses($@"\b{Regex.Escape(name)}\b");

    /// <summary>The first block of a section.</summary>
    const string Section = @"^## (?<name>[^\n]+)\n(?:(?!^## |^```)[^\n]*\n)*?^```text\n(?<lines>.*?)^```";

    const string Actor = @"(?:new (?<type>\w+)|(?<type>\w+)\.(?<member>\w+))(?:  through (?<through>\w+))?";

    [GeneratedRegex(Section, RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Drawing();

    [GeneratedRegex($@"^[ │├└─]*(?<mark>[●○]) {Actor} {{2,}}(?<path>[\w./]+\.cs)\s*$")]
    private static partial Regex StationLine();

    [GeneratedRegex("^[ │├└─]*")]
    private static partial Regex Rail();
}
