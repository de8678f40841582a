// Server-Timing read back: name;dur=1.5;desc="text", with commas between (W3C Server Timing). What does not fit that form is passed
// over: the field was written here, or by a program around us, and is only shown.

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
