// One request as handlers see it. It is a thin view over HttpListenerRequest: decoded once, nothing of HttpListener shown.

using System.Net;
using System.Text.Json.Serialization.Metadata;

namespace TinyGrepServer.Server;

/// <summary>A request and what is known about it.</summary>
public sealed class Exchange
{
    readonly HttpListenerRequest request;
    readonly string rawQuery;
    IReadOnlyDictionary<string, string>? routeValues;

    internal Exchange(HttpListenerRequest request, ServerSettings options, TimeProvider time)
    {
        this.request = request;
        Options = options;
        Time = time;
        Method = request.HttpMethod;
        var peer = request.RemoteEndPoint.Address; // throws on the phantom context that follows HttpListener's own 411
        Forwarded = ForwardedFields.Read(peer, options.TrustedProxies, Header);
        (RawUrl, Path, rawQuery) = SplitTarget(request.RawUrl ?? "/");
        Body = new RequestBody(request, options, time);
    }

    /// <summary>The request method as sent.</summary>
    public string Method { get; }

    /// <summary>The path as sent, still percent-encoded, without the query.</summary>
    public string Path { get; }

    /// <summary>The request's id: the client's <c>X-Request-Id</c> where it is a decent one, else a new one.</summary>
    public string RequestId { get; internal set; } = "";

    /// <summary>The client's address; behind a trusted proxy, the one it names.</summary>
    public IPAddress RemoteAddress => Forwarded.Client;

    /// <summary>The request body.</summary>
    public RequestBody Body { get; }

    /// <summary>The route that answers, once it has been found.</summary>
    public Route? Route { get; private set; }

    /// <summary>The query's parameters, decoded, in order.</summary>
    /// <exception cref="ApiError">400 where an escape is malformed or not UTF-8.</exception>
    public IReadOnlyList<(string Name, string Value)> Query => field ??= ParseQuery(rawQuery);

    /// <summary>
    /// The address that clients reach this server under, without a trailing slash: that of <see cref="ServerSettings.PublicUrl"/>,
    /// else what a trusted proxy says, else the request's Host. It may have a path.
    /// </summary>
    public string BaseUrl => Links.Base;

    /// <summary>The value of a header field, or null.</summary>
    public string? Header(string name) => request.Headers[name];

    /// <summary>The decoded value of a <c>{name}</c> in the route's pattern.</summary>
    public string RouteValue(string name) => routeValues![name];

    /// <summary>The body as a <typeparamref name="T"/>, read strictly.</summary>
    /// <exception cref="ApiError">415 where the Content-Type is something else than JSON; 400, 408, 413.</exception>
    public async Task<T> ReadJsonAsync<T>(JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        Body.MustBeJson();
        return StrictJson.Parse((await Body.ReadAsync(cancellationToken)).Span, type);
    }

    /// <summary>Which of the entity tags that stand for <paramref name="tag"/> the client has already (If-None-Match), or null.</summary>
    public string? KnownTag(string tag)
    {
        if (Method is not ("GET" or "HEAD" or "QUERY")) return null;
        var coding = ContentCoding.Negotiate(Header("Accept-Encoding"));
        return EntityTags.Find(Header("If-None-Match"), weakly: true, tag, ContentCoding.Tag(tag, coding));
    }

    /// <summary>Whether one of the tags in If-Match, compared strongly, stands for <paramref name="tag"/>.</summary>
    /// <exception cref="ApiError">428 where the field is missing.</exception>
    public bool IsMatch(string tag)
    {
        var wanted = Header("If-Match") ?? throw new ApiError(428, "This needs the field If-Match with the ETag of what is to be changed.");
        return EntityTags.Find(wanted, weakly: false, tag, ContentCoding.Tag(tag, "br"), ContentCoding.Tag(tag, "gzip")) is not null;
    }

    /// <summary>Who asks, where the route needs a token.</summary>
    public string? User { get; internal set; }

    internal ServerSettings Options { get; }

    internal ForwardedFields Forwarded { get; }

    internal Links Links => field ??= Links.Of(Options, Forwarded, Header("Host"));

    internal bool IsHttp10 => request.ProtocolVersion <= HttpVersion.Version10;

    internal TimeProvider Time { get; }

    /// <summary>Accepted after the server had begun to refuse.</summary>
    internal bool IsLate { get; init; }

    internal string RawUrl { get; }

    internal string[] Segments { get; private set; } = [];

    internal Action<Sent>? WhenSent { get; set; }

    internal bool WantsClose { get; set; }

    internal void Match(Router router)
    {
        Segments = (Path.StartsWith('/') ? Path[1..] : Path).Split('/'); // one slash: //livez is another page than /livez
        for (var at = 0; at < Segments.Length; at++) Segments[at] = PercentEncoding.Decode(Segments[at], plusIsSpace: false);
        if (router.Find(Method, Segments) is not { } found) return;
        (Route, routeValues) = found;
    }

    static (string RawUrl, string Path, string Query) SplitTarget(string target)
    {
        if (target.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) // absolute form, RFC 9112 section 3.2.2
        {
            var slash = target.IndexOf('/', "http://".Length);
            target = slash < 0 ? "/" : target[slash..];
        }
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (target, target, "") : (target, target[..mark], target[(mark + 1)..]);
    }

    static List<(string, string)> ParseQuery(string query)
    {
        List<(string, string)> parameters = [];
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (pair, "") : (pair[..equals], pair[(equals + 1)..]);
            parameters.Add((PercentEncoding.Decode(name, plusIsSpace: true), PercentEncoding.Decode(value, plusIsSpace: true)));
        }
        return parameters;
    }
}
