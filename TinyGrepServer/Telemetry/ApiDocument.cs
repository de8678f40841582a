// The OpenAPI document as a whole: the server's address, a tag for each group, a path for each pattern. OpenAPI has no
// pattern for the rest of a path, so {*name} becomes {name} and its description says that it may hold slashes.

using System.Reflection;
using Microsoft.OpenApi;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal static class ApiDocument
{
    public const string Bearer = "bearer";

    const string Description = """
        Serves a folder of text files and searches it with grep. HEAD works wherever GET does, OPTIONS everywhere.
        An error is `application/problem+json`; its `detail` says what was wrong. OpenAPI 3.1 has no QUERY: it is
        under `x-oai-additionalOperations`, and one line of an NDJSON answer under `x-oai-itemSchema`, as OpenAPI 3.2 names them.
        """;

    /// <summary>Describes these routes as they are served under this address.</summary>
    public static OpenApiDocument Of(IReadOnlyList<Route> routes, string url)
    {
        var document = new OpenApiDocument
        {
            Info = new() { Title = "TinyGrepServer", Version = Version, Description = Description.ReplaceLineEndings(" ") },
            Servers = [new() { Url = url }],
            Tags = routes.Select(TagOf).Distinct().Select(tag => new OpenApiTag { Name = tag, Description = About(tag) }).ToHashSet(),
            Paths = [],
        };
        document.AddComponent(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "A token from POST /api/token.",
        });
        var operations = new ApiOperation(document);
        foreach (var route in routes)
        {
            // OpenAPI takes /a/{b} and /a/{c} for one path, so the first gives the name.
            var pattern = document.Paths.Keys.FirstOrDefault(known => Shape(known) == Shape(PathOf(route))) ?? PathOf(route);
            var path = document.Paths.TryGetValue(pattern, out var known) ? (OpenApiPathItem)known : new OpenApiPathItem();
            document.Paths[pattern] = path;
            // Of two that only differ in {name} and {*name} the first answers, so it is the one to describe.
            var method = new HttpMethod(route.Method);
            if (path.Operations?.ContainsKey(method) != true) path.AddOperation(method, operations.Of(route, pattern));
        }
        document.RegisterComponents();
        return document;
    }

    /// <summary>The group a route is listed in.</summary>
    public static string TagOf(Route route) => route.Group.Length > 0 ? route.Group : "Further routes";

    static string PathOf(Route route) => route.Pattern.Replace("{*", "{", StringComparison.Ordinal);

    static string Shape(string path) => string.Join('/', path.Split('/').Select(segment => segment.StartsWith('{') ? "{}" : segment));

    static string? About(string tag) => tag.Contains("first", StringComparison.OrdinalIgnoreCase)
        ? "Kept exactly as first published, for clients that know it: no path, member or status of these routes changes."
        : null;

    static string Version => Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);
}
