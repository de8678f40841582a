// The kinds of values, and how each is written. Command line, environment and file give text, embedding programs give values; both pass
// the same check, so every rule is written here once.

using System.Net;
using System.Net.Sockets;
using TinyGrepServer.Access;
using TinyGrepServer.Relay;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer;

/// <summary>The values of one kind; a <see cref="FormatException"/> says which were expected.</summary>
/// <param name="Read">Reads one from text.</param>
/// <param name="Check">Refuses one that is not allowed.</param>
internal sealed record SettingValues<T>(Func<string, T> Read, Action<T> Check)
{
    /// <summary>A value may hold a password or a key, so no message repeats it.</summary>
    public bool AreSecret { get; init; }
}

internal static class SettingValues
{
    public static SettingValues<bool> Flag { get; } = new(Units.Flag, _ => { });

    public static SettingValues<string> Text { get; } = new(text => text, _ => { });

    public static SettingValues<string> FilePath { get; } = new(text => text, CheckPath);

    public static SettingValues<IReadOnlyList<string>> Names { get; } = new(Split, _ => { });

    public static SettingValues<IReadOnlyList<string>> ServiceNames { get; } = new(Services.Parse, Services.Check);

    public static SettingValues<IReadOnlyList<string>> PageOrigins { get; } = new(Split, CheckOrigins);

    public static SettingValues<string> Host { get; } = new(text => text, CheckHost);

    public static SettingValues<IReadOnlyList<IPNetwork>> Networks { get; } = new(text => [.. Split(text).Select(Network)], _ => { });

    public static SettingValues<Uri> HttpUrl { get; } = new(
        text => Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : throw ExpectedHttpUrl(), CheckHttpUrl);

    public static SettingValues<Uri> SecretHttpUrl { get; } = HttpUrl with { AreSecret = true };

    public static SettingValues<string> DatabaseUrl { get; } = new(text => text, CheckDatabaseUrl) { AreSecret = true };

    public static SettingValues<Rate> RateLimit { get; } = new(text => Rate.Parse(text)!, Rate.Check);

    public static SettingValues<IReadOnlyList<UpstreamAddress>> Upstreams { get; } =
        new(UpstreamAddress.ParseAll, UpstreamAddress.Check) { AreSecret = true };

    public static SettingValues<TimeSpan> Duration { get; } = new(Units.Duration, value => Units.Allowed((TimeSpan?)value));

    public static SettingValues<TimeSpan> PositiveDuration { get; } =
        Min(Duration, TimeSpan.FromTicks(1), "a duration above zero, such as 500ms or 10s");

    public static SettingValues<TimeSpan> PositiveOrInfinite { get; } = new(PositiveDuration.Read, value =>
    {
        if (value != Timeout.InfiniteTimeSpan) PositiveDuration.Check(value);
    });

    public static SettingValues<string> UrlPath { get; } = new(text => text, path =>
    {
        if (!path.StartsWith('/')) throw new FormatException("a path that begins with /");
    });

    public static SettingValues<long> Size { get; } = new(Units.Size, value => Units.Allowed((long?)value));

    public static SettingValues<TimeSpan> DurationFrom(TimeSpan min, string expected) =>
        Min(Duration, min, $"a duration of at least {expected}");

    public static SettingValues<long> SizeFrom(long min, string expected) => Min(Size, min, $"a size of at least {expected}");

    public static SettingValues<int> Integer(int min, int max) =>
        new(text => Units.Integer(text, min, max), value => Units.Allowed(value, min, max));

    public static SettingValues<double> Percent(int max) => new(text => Units.Percent(text, max), value => Units.Allowed(value, max));

    public static SettingValues<T> OneOf<T>()
        where T : struct, Enum =>
        new(Units.OneOf<T>, value => Units.Allowed((T?)value));

    static SettingValues<T> Min<T>(SettingValues<T> values, T min, string expected)
        where T : IComparable<T> =>
        new(values.Read, value =>
        {
            values.Check(value);
            if (value.CompareTo(min) < 0) throw new FormatException(expected);
        });

    static void CheckPath(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)) throw new FormatException("a path");
    }

    static void CheckHost(string host)
    {
        var isAddress = IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetwork;
        if (!isAddress && host is not ("localhost" or "*" or "+"))
            throw new FormatException("localhost or an IPv4 address (0.0.0.0 for all)");
    }

    static void CheckOrigins(IReadOnlyList<string> origins)
    {
        if (origins is ["*"] || origins.All(origin => Origin.Parse(origin) is not null)) return;
        throw new FormatException("comma-separated origins such as https://notes.example.org, or * alone");
    }

    static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static IPNetwork Network(string text) =>
        IPAddress.TryParse(text, out var one) ? new IPNetwork(one, one.GetAddressBytes().Length * 8)
        : IPNetwork.TryParse(text, out var network) ? network
        : throw new FormatException("comma-separated addresses or networks, such as 127.0.0.1 or 10.0.0.0/8");

    static void CheckHttpUrl(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.Query.Length + url.Fragment.Length > 0)
            throw ExpectedHttpUrl();
        if (url.AbsolutePath.Contains("//", StringComparison.Ordinal)) // a link that begins with two slashes leads elsewhere
            throw ExpectedHttpUrl();
    }

    static FormatException ExpectedHttpUrl() => new("an http or https URL without a query, such as https://grep.example.org");

    static void CheckDatabaseUrl(string url)
    {
        const string Sqlite = "sqlite:";
        if (url.StartsWith(Sqlite, StringComparison.Ordinal) && url.Length > Sqlite.Length) CheckPath(url[Sqlite.Length..]);
        else PostgresUrl.ToConnectionString(url);
    }
}
