// Where a page comes from, as its browser reports it: scheme, host and port (RFC 6454). A sandboxed page, a local file and a page that
// was redirected here from elsewhere send `null`, which matches no origin.

using System.Buffers;

namespace TinyGrepServer.Server;

/// <param name="Scheme">In lower case.</param>
/// <param name="Authority">Without the scheme's default port.</param>
internal readonly record struct Origin(string Scheme, Authority Authority)
{
    const string Separator = "://";

    static readonly SearchValues<char> SchemeLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.+");

    /// <summary>Null where the text is anything else than <c>scheme://name</c> or <c>scheme://name:port</c>.</summary>
    public static Origin? Parse(string text)
    {
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        if (end <= 0) return null;
        var scheme = text[..end].ToLowerInvariant();
        if (scheme.AsSpan().ContainsAnyExcept(SchemeLetters)) return null;
        return Authority.Parse(text[(end + Separator.Length)..]) is { } authority ? Of(scheme, authority) : null;
    }

    public static Origin Of(Uri url) => new(url.Scheme, Authority.Of(url));

    /// <summary>Whether it is on a list of origins, or the list is <c>*</c>.</summary>
    public static bool IsListed(string origin, IReadOnlyList<string> list) =>
        list is ["*"] || (Parse(origin) is { } page && list.Any(one => Parse(one) == page));

    /// <summary>Whether a page of this origin was served under this host, by whichever scheme: a proxy may add TLS.</summary>
    public bool IsAt(Authority host) => Of(Scheme, host) == this;

    public override string ToString() => $"{Scheme}{Separator}{Authority}";

    static Origin Of(string scheme, Authority authority) =>
        new(scheme, authority with { Port = authority.Port == DefaultPort(scheme) ? null : authority.Port });

    static int? DefaultPort(string scheme) => scheme switch { "http" => 80, "https" => 443, _ => null };
}
