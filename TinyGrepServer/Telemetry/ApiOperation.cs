// One route as an OpenAPI operation: its parameters and body. Its responses are in ApiResponses.

using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal sealed class ApiOperation(OpenApiDocument document)
{
    readonly ApiSchemas schemas = new(document);
    readonly HashSet<string> ids = [];

    /// <param name="route">What is described.</param>
    /// <param name="path">Its path in the document; the names in it may be another route's.</param>
    public OpenApiOperation Of(Route route, string path)
    {
        var example = new ApiExample(route);
        return new OpenApiOperation
        {
            OperationId = IdOf(route),
            Tags = new HashSet<OpenApiTagReference> { new(ApiDocument.TagOf(route), document) },
            Summary = route.Summary.Length > 0 ? route.Summary : null,
            Description = example.Command is { } command ? $"Example: `{command}`" : null,
            Parameters = [.. PathParameters(route, path, example), .. OtherParameters(route, example)],
            RequestBody = route.RequestType is { } type ? Body(route, type, example) : null,
            Responses = new ApiResponses(document, schemas).Of(route),
            Security = route.NeedsToken ? [new() { [new OpenApiSecuritySchemeReference(ApiDocument.Bearer, document)] = [] }] : null,
        };
    }

    static IEnumerable<IOpenApiParameter> PathParameters(Route route, string path, ApiExample example) =>
        route.Segments.Zip(path[1..].Split('/')).Where(pair => pair.First.StartsWith('{')).Select(pair =>
        {
            var segment = pair.First;
            var name = segment.Trim('{', '*', '}');
            var known = route.Parameters.FirstOrDefault(parameter => parameter.Name == name) ?? new Parameter(name, "");
            var rest = segment.StartsWith("{*", StringComparison.Ordinal)
                ? "It is the rest of the path: slashes in it need no escape."
                : "";
            var shown = known with { Name = pair.Second.Trim('{', '}'), Summary = $"{known.Summary} {rest}".Trim(), Required = true };
            return Describe(shown, ParameterLocation.Path, example.Of(known));
        });

    static IEnumerable<IOpenApiParameter> OtherParameters(Route route, ApiExample example) =>
        from parameter in route.Parameters
        where !IsInPath(route, parameter)
        where parameter.IsHeader || route.RequestType is null || route.BodyOrQuery
        let isRequired = parameter.Required && (parameter.IsHeader || !route.BodyOrQuery)
        let place = parameter.IsHeader ? ParameterLocation.Header : ParameterLocation.Query
        select Describe(parameter with { Required = isRequired }, place, example.Of(parameter));

    static OpenApiParameter Describe(Parameter parameter, ParameterLocation place, JsonNode? example) => new()
    {
        Name = parameter.Name,
        In = place,
        Description = parameter.Summary.Length > 0 ? parameter.Summary : null,
        Required = parameter.Required,
        Schema = ApiSchemas.Parse(ApiSchemas.Of(parameter)),
        Example = example,
    };

    OpenApiRequestBody Body(Route route, JsonTypeInfo type, ApiExample example)
    {
        IReadOnlyList<Parameter> members = [.. route.Parameters.Where(parameter => !parameter.IsHeader && !IsInPath(route, parameter))];
        var content = new OpenApiMediaType { Schema = schemas.Request(type, members), Example = example.Body };
        return new OpenApiRequestBody
        {
            Description = (route.AnyContentType, route.BodyOrQuery) switch
            {
                (_, true) => "JSON, whatever the Content-Type says; or no body, and the same members as query parameters.",
                (true, _) => "JSON, whatever the Content-Type says.",
                _ => null,
            },
            Required = !route.BodyOrQuery,
            Content = new Dictionary<string, IOpenApiMediaType> { ["application/json"] = content },
        };
    }

    static bool IsInPath(Route route, Parameter parameter) =>
        route.Segments.Any(segment => segment.StartsWith('{') && segment.Trim('{', '*', '}') == parameter.Name);

    /// <summary><c>GET /api/v1/movies/{id}</c> -> <c>get_api_v1_movies_id</c>; a number where that is taken.</summary>
    string IdOf(Route route)
    {
        var letters = string.Concat(route.Pattern.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : ' '));
        var words = letters.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = string.Join('_', [route.Method.ToLowerInvariant(), .. words]);
        var id = name;
        for (var number = 2; !ids.Add(id); number++) id = $"{name}_{number}";
        return id;
    }
}
