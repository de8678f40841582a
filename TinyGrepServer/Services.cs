// The services that a server may be started with or without: whole slices. What all of them need (access, telemetry) is always there
// and costs nothing until it is used.

namespace TinyGrepServer;

internal static class Services
{
    public const string Search = "search";
    public const string Messages = "messages";
    public const string Movies = "movies";
    public const string Relay = "relay";
    public const string Jobs = "jobs";
    public const string Web = "web";

    public static IReadOnlyList<string> All { get; } = [Search, Messages, Movies, Relay, Jobs, Web];

    /// <summary>Splits <c>search,web</c>; <c>none</c> is an empty list. <see cref="Check"/> refuses unknown names.</summary>
    public static string[] Parse(string text) => text == "none" ? [] : text.Split(',', StringSplitOptions.TrimEntries);

    /// <exception cref="FormatException">One is unknown.</exception>
    public static void Check(IReadOnlyList<string> services)
    {
        if (services.Any(service => !All.Contains(service)))
            throw new FormatException($"none, or any of {string.Join(", ", All)}, comma-separated");
    }
}
