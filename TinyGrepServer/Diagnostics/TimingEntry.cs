// Server-Timing read back: name;dur=1.5;desc="text", comma-separated (W3C Server Timing). Anything else is skipped: the field was
// written by this server, or by an embedding program, and is only displayed.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Diagnostics;

/// <param name="Duration">Milliseconds, as written; null: none is given.</param>
/// <param name="Description">What else is said of it; null: nothing.</param>
internal sealed partial record TimingEntry(string Name, string? Duration, string? Description)
{
    public static IReadOnlyList<TimingEntry> Parse(string? field) =>
        [.. Entry().Matches(field ?? "").Select(entry => new TimingEntry(entry.Groups["name"].Value, Of(entry, "dur"), Of(entry, "desc")))];

    static string? Of(Match entry, string group) => entry.Groups[group] is { Success: true } found ? found.Value : null;

    [GeneratedRegex("""(?:^|,)\s*(?<name>[^\s;,="]+)(?:;(?:dur=(?<dur>[\d.]+)|desc="(?<desc>[^"]*)"|[^;,"]*))*""")]
    private static partial Regex Entry();
}
