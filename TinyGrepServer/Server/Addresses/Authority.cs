// A host, optionally with a port, as in Host, X-Forwarded-Host and Origin. Parsed strictly: browsers and proxies send a name and digits
// and nothing else, and anything more that is let through ends up in a link: http://localhost:80@evil.example/ leads to evil.example.

using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TinyGrepServer.Server;

/// <param name="Name">A name or an IPv4 address, in lower case, or an IPv6 address in brackets.</param>
/// <param name="Port">Null where none is named.</param>
internal readonly record struct Authority(string Name, int? Port)
{
    const int MaxName = 253; // RFC 1035 section 2.3.4

    static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");
    static readonly SearchValues<char> AddressLetters = SearchValues.Create("abcdef0123456789:.");

    /// <summary>Null where the text is anything else than <c>name</c> or <c>name:port</c>.</summary>
    public static Authority? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < text.LastIndexOf(']')) colon = -1; // [::1] has colons of its own
        var name = (colon < 0 ? text : text[..colon]).ToLowerInvariant();
        if (!IsName(name)) return null;
        if (colon < 0) return new Authority(name, null);
        return ReadPort(text[(colon + 1)..]) is { } port ? new Authority(name, port) : null;
    }

    /// <summary>That of an absolute URL; its default port is left out.</summary>
    public static Authority Of(Uri url) =>
        new(url.HostNameType == UriHostNameType.Dns ? url.IdnHost : url.Host, url.IsDefaultPort ? null : url.Port);

    /// <summary>An address as it is written in full; <c>127.1</c> and <c>0x7f.0.0.1</c>, which IPAddress takes, are none.</summary>
    public static IPAddress? ReadAddress(string text)
    {
        if (!IPAddress.TryParse(text, out var address)) return null;
        if (address.AddressFamily == AddressFamily.InterNetwork) return address.ToString() == text ? address : null;
        if (text.ToLowerInvariant().AsSpan().ContainsAnyExcept(AddressLetters)) return null; // a zone, brackets
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <summary>The name as an address, where it is one.</summary>
    public IPAddress? Address => ReadAddress(Name.Trim('[', ']'));

    public override string ToString() => Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{Name}:{port}") : Name;

    static bool IsName(string name)
    {
        if (name is ['[', .. var inner, ']']) return ReadAddress(inner) is not null && inner.Contains(':', StringComparison.Ordinal);
        return name.Length is > 0 and <= MaxName && !name.AsSpan().ContainsAnyExcept(NameLetters);
    }

    static int? ReadPort(string digits)
    {
        if (digits.Length is 0 or > 5 || digits.AsSpan().ContainsAnyExceptInRange('0', '9')) return null;
        var port = int.Parse(digits, CultureInfo.InvariantCulture);
        return port <= ushort.MaxValue ? port : null;
    }
}
