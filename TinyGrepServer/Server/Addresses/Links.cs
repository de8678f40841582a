// The one maker of URLs. Clients may see another scheme, host and path than this server does, where a proxy stands in front:
// --public-url says what they see, else a trusted proxy, else the request's own Host. Pages, Location, the API document, the
// instructions and error bodies all take their addresses from here.

namespace TinyGrepServer.Server;

/// <param name="Site">Scheme, host and port, without a trailing slash.</param>
/// <param name="Root">The path before ours, without a trailing slash; empty where there is none.</param>
internal sealed record Links(string Site, string Root)
{
    /// <summary>The address of the server as clients see it, without a trailing slash.</summary>
    public string Base => Site + Root;

    public static Links Of(ServerSettings options, ForwardedFields forwarded, string? host)
    {
        if (options.PublicUrl is { } url) return new Links(Origin.Of(url).ToString(), url.AbsolutePath.TrimEnd('/'));
        var seen = forwarded.Host?.ToString() ?? OwnHost(options, host);
        return new Links($"{forwarded.Scheme ?? "http"}://{seen}", forwarded.Prefix);
    }

    /// <summary>A path of ours, as clients see it.</summary>
    /// <param name="path">Begins with a slash.</param>
    public string To(string path) => Root + path;

    /// <summary>The request's Host, unless it is a foreign one: that is never echoed into a link.</summary>
    static string OwnHost(ServerSettings options, string? host) =>
        host is not null && HostCheck.IsOurs(host, options)
            ? host
            : new Authority(options.IsEveryAddress ? "127.0.0.1" : options.Host, options.Port).ToString();
}
