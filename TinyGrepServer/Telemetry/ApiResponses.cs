// What a route can answer: the statuses it names itself, and the refusals that follow from what it takes. A refusal is
// described once in the components; only a page for people may also refuse with a page.

using Microsoft.OpenApi;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal sealed class ApiResponses(OpenApiDocument document, ApiSchemas schemas)
{
    const string Problem = "application/problem+json";

    static readonly Dictionary<int, string> Reasons = new()
    {
        [400] = "The request is malformed: a body that does not parse, an unknown, missing or mistyped member, a value out of range.",
        [401] = "No valid token.",
        [403] = "Not allowed: a token without the right, a page of another site, or a dictionary that cannot be read.",
        [404] = "There is no such thing.",
        [408] = "The body came too slowly.",
        [409] = "It exists already, or has changed meanwhile.",
        [412] = "If-Match or another condition does not hold.",
        [413] = "The body is too large.",
        [414] = "The address is longer than 8 KiB.",
        [415] = "The Content-Type is not JSON.",
        [416] = "The range is outside the body.",
        [421] = "The Host is not one this server answers for.",
        [428] = "If-Match is needed.",
        [429] = "Too many requests; Retry-After says when to try again.",
        [500] = "An error of the server; its log has the details under the same request id.",
        [501] = "Unknown or not configured on this server.",
        [502] = "The upstream failed.",
        [503] = "Out of capacity, or shutting down; Retry-After says when to try again.",
        [504] = "Out of time.",
    };

    public OpenApiResponses Of(Route route)
    {
        var responses = new OpenApiResponses();
        foreach (var status in route.Statuses.Union(Refusals(route)).Order()) responses[$"{status}"] = Of(route, status);
        return responses;
    }

    /// <summary>What any route may refuse with, and what its token, path and body add.</summary>
    static IEnumerable<int> Refusals(Route route) =>
    [
        400, 414, 421, 429, 500, 503,
        .. route.Deadline == Timeout.InfiniteTimeSpan ? [] : new[] { 504 },
        .. route.NeedsToken ? [401, 403] : Array.Empty<int>(),
        .. route.Method is "GET" or "QUERY" ? [] : new[] { 403 },
        .. route.Pattern.Contains('{', StringComparison.Ordinal) ? [404] : Array.Empty<int>(),
        .. route.Statuses.Contains(304) ? [412] : Array.Empty<int>(), // it has an entity tag, so conditions can fail
        .. route.Method == "GET" && route.Statuses.Contains(304) ? [416] : Array.Empty<int>(),
        .. route.RequestType is null ? [] : new[] { 408, 413 },
        .. route.RequestType is null || route.AnyContentType ? [] : new[] { 415 },
    ];

    IOpenApiResponse Of(Route route, int status)
    {
        if (status < 400)
        {
            return new OpenApiResponse
            {
                Description = StatusCode.Name(status),
                Headers = Headers(route, status),
                Content = status is 204 or 304 ? null : Content(route),
            };
        }
        var isAnswer = status == 503 && route.Statuses.Contains(503); // a probe's
        if (!isAnswer && !route.ReplyContentTypes.Contains("text/html")) return Refusal(status);
        var content = Content(route);
        content[Problem] = ProblemBody();
        return new OpenApiResponse { Description = Reason(status), Headers = Headers(route, status), Content = content };
    }

    OpenApiResponseReference Refusal(int status)
    {
        var name = StatusCode.Name(status).Replace(" ", "", StringComparison.Ordinal);
        document.AddComponent(name, new OpenApiResponse
        {
            Description = Reason(status),
            Headers = Headers(null, status),
            Content = new Dictionary<string, IOpenApiMediaType> { [Problem] = ProblemBody() },
        });
        return new OpenApiResponseReference(name, document);
    }

    static string Reason(int status) => Reasons.GetValueOrDefault(status, StatusCode.Name(status));

    OpenApiMediaType ProblemBody() => new() { Schema = schemas.Reply(KernelJson.Relaxed.ErrorBody) };

    Dictionary<string, IOpenApiMediaType> Content(Route route)
    {
        var types = route.ReplyContentTypes.Count > 0 ? route.ReplyContentTypes : route.ReplyType is null ? ["*/*"] : ["application/json"];
        var hasDocument = types.Contains("application/json"); // which NDJSON takes apart
        return types.ToDictionary(type => type, IOpenApiMediaType (type) => type switch
        {
            "application/json" => new OpenApiMediaType
            {
                Schema = route.ReplyType is { } reply ? schemas.Reply(reply) : new OpenApiSchema(),
            },
            "application/x-ndjson" => new OpenApiMediaType
            {
                Schema = Text(hasDocument ? "One JSON object a line; the last line sums up." : "One JSON object a line."),
                ItemSchema = hasDocument ? schemas.Line(route.ReplyType!) : schemas.Reply(route.ReplyType!),
            },
            "*/*" => new OpenApiMediaType(),
            _ => new OpenApiMediaType { Schema = Text(null) },
        });
    }

    static Dictionary<string, IOpenApiHeader> Headers(Route? route, int status)
    {
        Dictionary<string, IOpenApiHeader> fields = new() { ["X-Request-Id"] = Header("The request's id, as in the log.") };
        if (status is 200 or 206 or 304 && route?.Statuses.Contains(304) == true)
            fields["ETag"] = Header("The version, for If-None-Match.");
        if (status is 201 or 202) fields["Location"] = Header("Where it is now.");
        if (status == 401) fields["WWW-Authenticate"] = Header("Bearer, and what was wrong with the token.");
        if (status is 429 or 503) fields["Retry-After"] = Header("Seconds.");
        return fields;
    }

    static OpenApiHeader Header(string about) => new() { Description = about, Schema = Text(null) };

    static OpenApiSchema Text(string? about) => new() { Type = JsonSchemaType.String, Description = about };
}
