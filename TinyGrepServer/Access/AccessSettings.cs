// Who may use which route, and how often.

using System.Globalization;

namespace TinyGrepServer.Access;

/// <summary>Tokens, accounts and rate limits.</summary>
public sealed record AccessSettings
{
    /// <summary>Give any user name a token without a password; on loopback only.</summary>
    public bool OpenTokens { get; init; }

    /// <summary>Slices, or groups of routes, that also need a token.</summary>
    public IReadOnlyList<string> Protect { get; init; } = [];

    /// <summary>How many requests one user may send; bursts of twice that pass.</summary>
    public Rate? RateLimit { get; init; } = new Rate(200, TimeSpan.FromSeconds(1));

    /// <summary>How many requests one address may send; null: no limit.</summary>
    public Rate? RateLimitAddress { get; init; }

    /// <summary>
    /// The file with the keys that sign tokens; null: <c>keys.json</c> in the data folder.
    /// Servers that share it accept each other's tokens.
    /// </summary>
    public string? KeyFile { get; init; }

    /// <summary>How long a token is valid.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>A number of requests per period.</summary>
/// <param name="Permits">How many, at least 1.</param>
/// <param name="Period">In how much time.</param>
public sealed record Rate(int Permits, TimeSpan Period)
{
    const int MaxPermits = 1_000_000;

    /// <summary>Reads <c>200/s</c>, <c>30/m</c>, <c>1000/h</c>; <c>off</c> is null.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    internal static Rate? Parse(string text)
    {
        if (text == "off") return null;
        var period = text.Length > 2 && text[^2] == '/' ? text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, _ => 0 } : 0;
        return period > 0 && int.TryParse(text[..^2], NumberStyles.None, CultureInfo.InvariantCulture, out var permits)
            ? new Rate(permits, TimeSpan.FromSeconds(period))
            : throw Expected();
    }

    /// <exception cref="FormatException">It is more or less than can be counted.</exception>
    internal static void Check(Rate rate)
    {
        if (rate.Permits is < 1 or > MaxPermits || rate.Period <= TimeSpan.Zero || rate.Period > TimeSpan.FromDays(1)) throw Expected();
    }

    static FormatException Expected() => new("a rate such as 200/s, 30/m or 1000/h, at most 1000000, or off");
}
