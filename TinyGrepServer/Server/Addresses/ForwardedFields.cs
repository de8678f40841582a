// What a proxy says about the request it passes on: X-Forwarded-For, -Proto, -Host, -Prefix. Anybody can write these fields, so
// they count only where the connection comes from a trusted proxy, and what is not of the expected form counts as not sent. Of
// several values the last one counts, the proxy's own: those before it may be the client's.

using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Server;

/// <param name="Client">Who asks: the peer, or whom a trusted proxy names.</param>
/// <param name="Scheme"><c>http</c> or <c>https</c>, as the client spoke to the proxy; null: not told.</param>
/// <param name="Host">What the client asked the proxy for; null: not told.</param>
/// <param name="Prefix">The path that the proxy has taken off, such as <c>/grep</c>; empty: none.</param>
internal sealed partial record ForwardedFields(IPAddress Client, string? Scheme, Authority? Host, string Prefix)
{
    const int NetworkBytes = 8;

    /// <summary>
    /// What counts as one client: an IPv4 address, or an IPv6 network of 64 bits, which is the least that a household is given.
    /// </summary>
    public IPAddress Network
    {
        get
        {
            if (Client.AddressFamily == AddressFamily.InterNetwork) return Client;
            var bytes = Client.GetAddressBytes();
            bytes.AsSpan(NetworkBytes).Clear();
            return new IPAddress(bytes);
        }
    }

    public static ForwardedFields Read(IPAddress peer, IReadOnlyList<IPNetwork> trusted, Func<string, string?> field)
    {
        if (peer.IsIPv4MappedToIPv6) peer = peer.MapToIPv4();
        if (!IsTrusted(peer, trusted)) return new ForwardedFields(peer, null, null, "");
        return new ForwardedFields(
            ReadClient(peer, trusted, field("X-Forwarded-For") ?? ""),
            ReadScheme(Last(field("X-Forwarded-Proto"))),
            Authority.Parse(Last(field("X-Forwarded-Host"))),
            ReadPrefix(Last(field("X-Forwarded-Prefix"))));
    }

    /// <summary>An address as proxies write it: with or without port, brackets and quotes. Null: it is none.</summary>
    public static IPAddress? ReadAddress(string text)
    {
        text = text.Trim();
        if (text is ['"', .. var quoted, '"']) text = quoted;
        return Authority.ReadAddress(text) ?? Authority.Parse(text)?.Address;
    }

    /// <summary>A path to put before ours: segments of unreserved characters (RFC 3986), none of them a dot or two.</summary>
    public static string ReadPrefix(string text) => Prefixes().IsMatch(text) ? text.TrimEnd('/') : "";

    /// <summary>Each proxy appends the address it was asked from, so the last that is not a proxy of ours is the client's.</summary>
    static IPAddress ReadClient(IPAddress peer, IReadOnlyList<IPNetwork> trusted, string addresses)
    {
        var named = peer;
        foreach (var one in addresses.Split(',').Reverse())
        {
            if (!IsTrusted(named, trusted) || ReadAddress(one) is not { } before) break;
            named = before;
        }
        return named;
    }

    static string? ReadScheme(string text) => text.ToLowerInvariant() switch { "http" => "http", "https" => "https", _ => null };

    static bool IsTrusted(IPAddress address, IReadOnlyList<IPNetwork> trusted) => trusted.Any(network => network.Contains(address));

    static string Last(string? values) => values is null ? "" : values[(values.LastIndexOf(',') + 1)..].Trim();

    [GeneratedRegex(@"\A(?:/(?!\.\.?(?:/|\z))[A-Za-z0-9._~-]+)+/?\z")]
    private static partial Regex Prefixes();
}
