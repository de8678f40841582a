// Finds the route of a request. The table is a few dozen lines long, so a linear search is enough.
// A miss says what would have matched: 405 with Allow where only the method is wrong, 404 where no path matches,
// 501 for a method HTTP does not know (the way bottle's Router.match collects the methods on a miss).

namespace TinyGrepServer.Server;

/// <summary>The route table, ready to be asked.</summary>
internal sealed class Router
{
    static readonly string[] KnownMethods =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "TRACE", "CONNECT"];

    static readonly Dictionary<string, string> NoValues = [];

    readonly Route[] routes;
    readonly string? versionPrefix;

    /// <param name="routes">In the order they are tried.</param>
    /// <param name="versionPrefix">See <see cref="ServerSettings.VersionPrefix"/>.</param>
    /// <exception cref="ArgumentException">Two routes answer the same, or one has a method no route can have.</exception>
    public Router(IEnumerable<Route> routes, string? versionPrefix = null)
    {
        this.routes = [.. routes];
        this.versionPrefix = versionPrefix;
        var twice = this.routes.GroupBy(route => $"{route.Method} {Shape(route)}").FirstOrDefault(same => same.Count() > 1);
        if (twice is not null) throw new ArgumentException($"Two routes answer {twice.Key}.");
        var wrong = this.routes.FirstOrDefault(route => !IsKnown(route.Method) || route.Method is "HEAD" or "OPTIONS");
        if (wrong is null) return;
        throw new ArgumentException($"{wrong.Method} {wrong.Pattern}: a route's method is GET, POST, PUT, PATCH, DELETE or QUERY.");
    }

    public IReadOnlyList<Route> Routes => routes;

    public static bool IsKnown(string method) => KnownMethods.Contains(method);

    /// <summary>The route of this method and path with the values of its <c>{names}</c>, or null.</summary>
    public (Route Route, IReadOnlyDictionary<string, string> Values)? Find(string method, string[] path)
    {
        var wanted = method == "HEAD" ? "GET" : method;
        foreach (var route in routes)
        {
            if (route.Method == wanted && Fits(route.Segments, path)) return (route, Values(route.Segments, path));
        }
        return null;
    }

    /// <summary>Dispatches to the route the exchange was matched with when it arrived.</summary>
    public Task<Reply> DispatchAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        if (exchange.Route is { } route) return route.Handler(exchange, cancellationToken);
        if (exchange.Method == "OPTIONS") return Task.FromResult(Options(exchange));
        throw Miss(exchange);
    }

    /// <summary>The methods that a path answers, as <c>Allow</c> writes them; empty where there is no such path.</summary>
    public string AllowedAt(Exchange exchange) =>
        exchange.Path == "*" ? Allowed(_ => true) : Allowed(route => Fits(route.Segments, exchange.Segments));

    Reply Options(Exchange exchange)
    {
        var allowed = AllowedAt(exchange);
        return allowed.Length == 0 ? throw Miss(exchange) : Reply.Empty(204, ("Allow", allowed));
    }

    ApiError Miss(Exchange exchange)
    {
        if (!IsKnown(exchange.Method))
        {
            var method = Printable.Excerpt(exchange.Method, 32);
            return new ApiError(501, $"HTTP has no method {method}. Known here: {string.Join(", ", KnownMethods)}.");
        }
        var allowed = Allowed(route => Fits(route.Segments, exchange.Segments));
        if (allowed.Length > 0)
            return new ApiError(405, $"{exchange.Path} does not answer {exchange.Method}. It answers {allowed}.", ("Allow", allowed));
        return ApiError.NotFound(UnknownVersion(exchange.Segments) ?? $"No page {Printable.Excerpt(exchange.Path, 200)}.");
    }

    /// <summary><c>/api/v2/…</c> where only <c>/api/v1/…</c> exists: says which versions there are.</summary>
    string? UnknownVersion(string[] path)
    {
        if (VersionOf(path) is not { } version) return null;
        var known = routes.Select(route => VersionOf(route.Segments)).OfType<string>().Distinct().ToArray();
        return known.Contains(version) ? null : $"No API version {version}. There is: {string.Join(", ", known)}.";
    }

    /// <summary><c>v1</c> of <c>/api/v1/search</c> where the prefix is <c>/api/v</c>.</summary>
    string? VersionOf(string[] path)
    {
        var text = $"/{string.Join('/', path)}";
        if (versionPrefix is null || !text.StartsWith(versionPrefix, StringComparison.Ordinal)) return null;
        var number = text[versionPrefix.Length..].Split('/')[0];
        var isNumber = number.Length is > 0 and < 10 && number.All(char.IsAsciiDigit);
        return isNumber ? versionPrefix[(versionPrefix.LastIndexOf('/') + 1)..] + number : null;
    }

    string Allowed(Func<Route, bool> fits)
    {
        var methods = routes.Where(fits).Select(route => route.Method).Distinct().Order().ToList();
        if (methods.Contains("GET")) methods.Insert(methods.IndexOf("GET") + 1, "HEAD");
        if (methods.Count > 0) methods.Add("OPTIONS");
        return string.Join(", ", methods);
    }

    static bool Fits(string[] pattern, string[] path)
    {
        for (var at = 0; at < pattern.Length; at++)
        {
            if (IsRest(pattern[at])) return path.Length > at && path[at].Length > 0;
            if (at >= path.Length) return false;
            var fits = IsName(pattern[at]) ? path[at].Length > 0 : path[at] == pattern[at];
            if (!fits) return false;
        }
        return path.Length == pattern.Length;
    }

    static Dictionary<string, string> Values(string[] pattern, string[] path)
    {
        if (!pattern.Any(IsName)) return NoValues;
        Dictionary<string, string> values = [];
        for (var at = 0; at < pattern.Length; at++)
        {
            if (!IsName(pattern[at])) continue;
            var name = pattern[at].Trim('{', '*', '}');
            values[name] = IsRest(pattern[at]) ? string.Join('/', path[at..]) : path[at];
        }
        return values;
    }

    static string Shape(Route route) => string.Join('/', route.Segments.Select(segment => IsName(segment) ? "{}" : segment));

    static bool IsName(string segment) => segment.StartsWith('{');

    static bool IsRest(string segment) => segment.StartsWith("{*", StringComparison.Ordinal);
}
