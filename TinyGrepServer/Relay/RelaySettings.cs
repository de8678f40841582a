// The settings of the relay: which servers it may ask, what counts as an answer, and how much extra load it may cause.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Relay;

/// <summary>Which upstreams there are and how they are asked.</summary>
public sealed record RelaySettings
{
    /// <summary>The only servers that can be reached.</summary>
    public IReadOnlyList<UpstreamAddress> Upstreams { get; init; } = [];

    /// <summary>Names of members that a successful answer's object must have.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>How long a request may take where it names no timeout, or a longer one.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The time a client allows, at most the deadline; null: the deadline.</summary>
    internal TimeSpan Limit(int? milliseconds) =>
        milliseconds is { } given && given < Deadline.TotalMilliseconds ? TimeSpan.FromMilliseconds(given) : Deadline;

    /// <summary>Hedges as a share of requests, on top of the 20 a second that are always allowed; 0: no hedging at all.</summary>
    public double HedgeBudget { get; init; } = 0.2;
}

/// <summary>One upstream.</summary>
/// <param name="Name">As in <c>/api/v1/relay/{name}</c>.</param>
/// <param name="Url">What is asked with GET.</param>
public sealed partial record UpstreamAddress(string Name, Uri Url)
{
    /// <summary>The upstream that was given as a bare URL.</summary>
    public const string Default = "default";

    /// <summary>Reads <c>URL</c> or <c>NAME=URL</c>, several separated by commas.</summary>
    /// <exception cref="FormatException">The expected form.</exception>
    public static IReadOnlyList<UpstreamAddress> ParseAll(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(Parse)];
    }

    /// <exception cref="FormatException">One cannot be asked, or two have one name.</exception>
    internal static void Check(IReadOnlyList<UpstreamAddress> all)
    {
        if (!all.All(IsFit)) throw Expected();
        if (all.DistinctBy(one => one.Name).Count() < all.Count) throw new FormatException("a different name for each upstream");
    }

    static bool IsFit(UpstreamAddress one) => NameForm().IsMatch(one.Name)
        && one.Url is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo.Length: 0, Fragment.Length: 0 };

    static UpstreamAddress Parse(string text)
    {
        var match = Form().Match(text);
        return match.Success && Uri.TryCreate(match.Groups["url"].Value, UriKind.Absolute, out var url)
            ? new UpstreamAddress(match.Groups["name"] is { Success: true } name ? name.Value : Default, url)
            : throw Expected();
    }

    static FormatException Expected() => new(
        "comma-separated URL or NAME=URL, such as cats=http://127.0.0.1:8081/api/work; a name has letters, digits, - and _");

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}\\z")]
    private static partial Regex NameForm();

    [GeneratedRegex("^(?:(?<name>[A-Za-z0-9_-]{1,64})=)?(?<url>[^\\s\\p{C}]+)$")]
    private static partial Regex Form();
}
