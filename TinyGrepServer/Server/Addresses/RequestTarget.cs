// The target of a request line (RFC 9112, section 3.2): a path and a query, the same behind a scheme and a host, or * for
// the server as a whole. What follows the host may begin with a slash, with the query, or not at all.

namespace TinyGrepServer.Server;

/// <param name="Authority">Host and port of the absolute form, which count instead of the Host field; null in the others.</param>
/// <param name="Text">Path and query, still percent-encoded.</param>
/// <param name="Path">The path.</param>
/// <param name="Query">What follows the question mark.</param>
internal readonly record struct RequestTarget(string? Authority, string Text, string Path, string Query)
{
    static readonly string[] Schemes = ["http://", "https://"];

    /// <summary>
    /// An origin form begins with a slash; userinfo and empty hosts are errors (RFC 9110, section 4.2); a fragment is never sent.
    /// </summary>
    public bool IsWellFormed =>
        (Path.StartsWith('/') || Path == "*")
        && !Text.Contains('#', StringComparison.Ordinal)
        && (Authority is null || (Authority.Length > 0 && Authority[0] != ':' && !Authority.Contains('@', StringComparison.Ordinal)));

    public static RequestTarget Parse(string method, string target)
    {
        var (authority, text) = SplitAuthority(target);
        if (authority is not null && !text.StartsWith('/')) text = text.Length == 0 && method == "OPTIONS" ? "*" : $"/{text}";
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        return mark < 0
            ? new RequestTarget(authority, text, text, "")
            : new RequestTarget(authority, text, text[..mark], text[(mark + 1)..]);
    }

    static (string? Authority, string Text) SplitAuthority(string target)
    {
        if (Schemes.FirstOrDefault(known => target.StartsWith(known, StringComparison.OrdinalIgnoreCase)) is not { } scheme)
            return (null, target);
        var rest = target[scheme.Length..];
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        return end < 0 ? (rest, "") : (rest[..end], rest[end..]);
    }
}
