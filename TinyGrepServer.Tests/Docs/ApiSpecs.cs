// The API document: its commands, and every route, parameter and status that the server itself says it has.

using System.Text.Json;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed partial class ApiSpecs
{
    static readonly string[] MethodNames = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY"];

    static readonly Document Api = Document.Of("docs/api.md");

    [TestMethod, Timeout(120_000)]
    public Task Every_command_gives_the_output_it_shows() => DocumentedServer.RunAsync("docs/api.md");

    [TestMethod, Timeout(60_000)]
    public async Task It_has_every_route_and_no_other()
    {
        var routes = Operations(await SchemaAsync()).Select(operation => $"{operation.Method} {operation.Path}");

        CollectionAssert.AreEquivalent(routes.ToList(), DocumentedRoutes().ToList());
    }

    [TestMethod, Timeout(60_000)]
    public async Task It_has_every_parameter_of_a_search()
    {
        var named = Quoted().Matches(FirstColumn()).Select(match => match.Groups["text"].Value).ToHashSet();
        var search = Operations(await SchemaAsync()).Single(operation => operation is { Method: "GET", Path: "/api/v1/search" });
        var parameters = search.Description.GetProperty("parameters").EnumerateArray()
            .Where(parameter => parameter.GetProperty("in").GetString() == "query")
            .Select(parameter => parameter.GetProperty("name").GetString()!)
            .ToList();

        Assert.IsGreaterThan(10, parameters.Count);
        foreach (var parameter in parameters) Assert.Contains(parameter, named);
    }

    [TestMethod, Timeout(60_000)]
    public async Task It_explains_every_status_of_a_refusal()
    {
        var named = Refusal().Matches(FirstColumn()).Select(match => match.Value).ToHashSet();
        var statuses = Operations(await SchemaAsync())
            .SelectMany(operation => operation.Description.GetProperty("responses").EnumerateObject())
            .Select(response => response.Name)
            .Where(status => Refusal().IsMatch(status))
            .Distinct()
            .ToList();

        Assert.IsGreaterThan(10, statuses.Count);
        foreach (var status in statuses) Assert.Contains(status, named);
    }

    /// <summary><c>`GET /a` · `POST` · `GET /b`</c>: a method alone belongs to the path before it.</summary>
    static IEnumerable<string> DocumentedRoutes()
    {
        var path = "";
        foreach (Match quoted in Quoted().Matches(FirstColumn()))
        {
            var words = quoted.Groups["text"].Value.Split(' ');
            if (!MethodNames.Contains(words[0])) continue;
            if (words.Length > 1) path = words[1].Replace("{*", "{", StringComparison.Ordinal);
            yield return $"{words[0]} {path}";
        }
    }

    static string FirstColumn() => string.Join('\n', Api.Rows.Select(row => row[0]));

    /// <summary>The operations of an OpenAPI document; those of a method it has no word for stand in a member of their own.</summary>
    static IEnumerable<(string Method, string Path, JsonElement Description)> Operations(JsonElement schema) =>
        from path in schema.GetProperty("paths").EnumerateObject()
        from member in path.Value.EnumerateObject()
        from operation in member.Name.EndsWith("additionalOperations", StringComparison.OrdinalIgnoreCase)
            ? member.Value.EnumerateObject().AsEnumerable()
            : [member]
        let method = operation.Name.ToUpperInvariant()
        where MethodNames.Contains(method)
        select (method, path.Name, operation.Value);

    static async Task<JsonElement> SchemaAsync()
    {
        var server = await DocumentedServer.GetAsync();
        return JsonElement.Parse(await server.Http.GetStringAsync("/schema"));
    }

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b[45][0-9]{2}\b")]
    private static partial Regex Refusal();
}
