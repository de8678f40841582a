// One request as handlers see it. It is a thin view over HttpListenerRequest: decoded once, nothing of HttpListener shown.

using System.Net;
using System.Text.Json.Serialization.Metadata;

namespace TinyGrepServer.Server;

/// <summary>A request and what is known about it.</summary>
public sealed class Exchange
{
    readonly HttpListenerRequest request;
    readonly RequestTarget target;
    IReadOnlyDictionary<string, string>? routeValues;

    internal Exchange(HttpListenerRequest request, ServerSettings options, TimeProvider time, BodyBudget budget)
    {
        this.request = request;
        Options = options;
        Time = time;
        Method = request.HttpMethod;
        var peer = request.RemoteEndPoint.Address; // throws on the phantom context that follows HttpListener's own 411
        Forwarded = ForwardedFields.Read(peer, options.TrustedProxies, Header);
        target = RequestTarget.Parse(Method, request.RawUrl ?? "/");
        Body = new RequestBody(request, options, time, budget);
    }

    /// <summary>The request method as sent.</summary>
    public string Method { get; }

    /// <summary>The path as sent, still percent-encoded, without the query.</summary>
    public string Path => target.Path;

    /// <summary>The request's id: the client's <c>X-Request-Id</c> where it is a decent one, else a new one.</summary>
    public string RequestId { get; internal set; } = "";

    /// <summary>The client's address; behind a trusted proxy, the one it names.</summary>
    public IPAddress RemoteAddress => Forwarded.Client;

    /// <summary>
    /// The address that limits per address count the request for: an IPv6 network of 64 bits is one. Null: none, because the client is a
    /// trusted proxy, which stands for many.
    /// </summary>
    internal IPAddress? CountedAddress => Options.IsTrustedProxy(RemoteAddress) ? null : Forwarded.Network;

    /// <summary>The request body.</summary>
    public RequestBody Body { get; }

    /// <summary>The route that answers, once it has been found.</summary>
    public Route? Route { get; private set; }

    /// <summary>The query's parameters, decoded, in order.</summary>
    /// <exception cref="ApiError">400 where an escape is malformed or not UTF-8.</exception>
    public IReadOnlyList<(string Name, string Value)> Query => field ??= ParseQuery(target.Query);

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

    /// <summary>
    /// The entity tag of <paramref name="tag"/>, in whichever coding, that the client already has (If-None-Match), or null. It lets a
    /// handler skip making a body that the client has; without it, a reply with an <c>ETag</c> still becomes a 304.
    /// </summary>
    public string? KnownTag(string tag)
    {
        if (Method is not ("GET" or "HEAD" or "QUERY")) return null;
        if (Header("If-Match") is not null || Header("If-Unmodified-Since") is not null) return null; // these are asked first
        var coding = ContentCoding.Negotiate(Header("Accept-Encoding"));
        return EntityTags.Find(Header("If-None-Match"), weakly: true, tag, ContentCoding.Tag(tag, coding));
    }

    /// <summary>Refuses a change that was meant for another version than the one there is.</summary>
    /// <param name="tag">The entity tag of what there is.</param>
    /// <param name="name">What it is, as the first words of a sentence: <c>The movie</c>.</param>
    /// <exception cref="ApiError">412 where If-Match, or If-None-Match, does not hold; 428 where there is no If-Match.</exception>
    public void MustMatch(string tag, string name)
    {
        if (Preconditions.Evaluate(this, ContentCoding.Tags(tag), modified: null) != Precondition.Met)
        {
            var detail = Header("If-Match") is { } wanted && EntityTags.Find(wanted, weakly: false, ContentCoding.Tags(tag)) is null
                ? $"{name} has changed; its ETag is now {tag}. Read it again."
                : $"{name} has the ETag {tag}, which If-None-Match rules out.";
            throw new ApiError(412, detail, ("ETag", tag));
        }
        if (Header("If-Match") is null)
            throw new ApiError(428, "This needs the header field If-Match with the ETag of what is to be changed.");
    }

    /// <summary>The user, if the route needs a token.</summary>
    public string? User { get; internal set; }

    /// <summary>Whether the user was added with <c>user add --admin</c>, and sees what belongs to others too.</summary>
    public bool IsAdmin { get; internal set; }

    internal ServerSettings Options { get; }

    internal ForwardedFields Forwarded { get; }

    internal Links Links => field ??= Links.Of(Options, Forwarded, Host);

    internal TimeProvider Time { get; }

    /// <summary>Accepted after the server had begun to refuse.</summary>
    internal bool IsLate { get; init; }

    internal string RawUrl => target.Text;

    /// <summary>Host and port as the client names them: in an absolute target, or else in Host; null where it names none.</summary>
    internal string? Host => target.Authority ?? (request.UserHostName is { Length: > 0 } host ? host : null);

    /// <summary>An older client than 1.1: it knows no chunks, need not send Host, and keeps a connection only where it says so.</summary>
    internal bool IsHttp10 => request.ProtocolVersion < HttpVersion.Version11;

    /// <summary>Whether the client keeps the connection for its next request.</summary>
    internal bool KeepsAlive => request.KeepAlive;

    internal string[] Segments { get; private set; } = [];

    internal Action<Sent>? WhenSent { get; set; }

    internal bool WantsClose { get; set; }

    /// <summary>What is wrong with its header, where HttpListener has let it pass.</summary>
    internal string? Malformed { get; set; }

    /// <summary>The client has closed its side: what still runs for it is cancelled.</summary>
    internal bool HasLeft { get; set; }

    /// <summary>Characters of all header fields.</summary>
    internal int HeaderLength => request.Headers.AllKeys.Sum(name => name!.Length + (Header(name)?.Length ?? 0));

    internal void Match(Router router)
    {
        if (!target.IsWellFormed) throw ApiError.BadRequest("The request target is neither a path nor an address with a host.");
        Segments = (Path.StartsWith('/') ? Path[1..] : Path).Split('/'); // one slash: //livez is another page than /livez
        for (var at = 0; at < Segments.Length; at++) Segments[at] = PercentEncoding.Decode(Segments[at], plusIsSpace: false);
        if (router.Find(Method, Segments) is not { } found) return;
        (Route, routeValues) = found;
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
