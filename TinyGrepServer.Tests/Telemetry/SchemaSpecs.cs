// /schema says in OpenAPI what the route table says: every route, nothing else, under the address that was asked.

using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Telemetry;

[TestClass]
public sealed class SchemaSpecs
{
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => server = await TestServer.StartAsync("--diagnostics");

    [ClassCleanup]
    public static async Task StopAsync() => await server.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task The_document_is_read_without_errors_or_warnings()
    {
        var answered = await server.GetAsync("/schema").OkAsync();
        var read = OpenApiDocument.Parse(answered.Text, OpenApiConstants.Json);

        Assert.AreEqual("application/json", answered.Response.Content.Headers.ContentType!.ToString());
        Assert.AreEqual(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic!.SpecificationVersion);
        Assert.IsEmpty(read.Diagnostic.Errors, string.Join('\n', read.Diagnostic.Errors));
        Assert.IsEmpty(read.Diagnostic.Warnings, string.Join('\n', read.Diagnostic.Warnings));
        Assert.AreEqual(server.Url.ToString().TrimEnd('/'), read.Document!.Servers!.Single().Url);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Every_route_is_in_it_and_nothing_else()
    {
        var described = Operations((await server.GetAsync("/schema").OkAsync()).Json).Select(one => one.Name).Order().ToArray();

        var page = await server.Http.GetStringAsync("/api/v1/web");
        var listed = Regex.Matches(page, "<h3><code>([^<]+)</code></h3>")
            .Select(match => WebUtility.HtmlDecode(match.Groups[1].Value).Replace("{*", "{", StringComparison.Ordinal))
            .Order()
            .ToArray();
        CollectionAssert.AreEqual(listed, described);
        CollectionAssert.Contains(described, "QUERY /api/v1/search");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Every_operation_has_a_summary_a_tag_an_id_of_its_own_and_every_part_of_its_path()
    {
        var document = (await server.GetAsync("/schema").OkAsync()).Json;

        var tags = document.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()).ToArray();
        var operations = Operations(document).ToList();
        CollectionAssert.AllItemsAreUnique(operations.Select(one => one.Operation.GetProperty("operationId").GetString()).ToArray());
        foreach (var (name, operation) in operations)
        {
            Assert.IsGreaterThan(5, operation.GetProperty("summary").GetString()!.Length, name);
            CollectionAssert.Contains(tags, operation.GetProperty("tags")[0].GetString(), name);
            var inPath = Parameters(operation).Where(parameter => parameter.GetProperty("in").GetString() == "path").ToList();
            CollectionAssert.AreEquivalent(
                Regex.Matches(name, @"\{(\w+)\}").Select(match => match.Groups[1].Value).ToArray(),
                inPath.Select(parameter => parameter.GetProperty("name").GetString()).ToArray(),
                name);
            foreach (var parameter in Parameters(operation))
                Assert.IsGreaterThan(3, parameter.GetProperty("description").GetString()!.Length, name);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_needs_a_token_says_so()
    {
        await using var own = await TestServer.StartAsync("--protect", "search");

        var document = (await own.GetAsync("/schema").OkAsync()).Json;
        var guarded = Operations(document)
            .Where(one => one.Operation.TryGetProperty("security", out _))
            .ToDictionary(one => one.Name, one => one.Operation);

        foreach (var name in new[]
        {
            "GET /api/v1/search",
            "QUERY /api/v1/search",
            "POST /api/v1/json",
            "PATCH /api/v1/movies/{id}",
            "GET /api",
        })
            Assert.IsTrue(guarded[name].GetProperty("responses").TryGetProperty("401", out _), name);
        foreach (var name in new[] { "POST /messages", "GET /livez", "POST /api/token" })
            Assert.IsFalse(guarded.ContainsKey(name), name);
        var bearer = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer");
        Assert.AreEqual("JWT", bearer.GetProperty("bearerFormat").GetString());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Parameters_tell_their_values_and_the_first_routes_take_them_in_either_place()
    {
        await using var own = await TestServer.StartAsync();

        var operations = Operations((await own.GetAsync("/schema").OkAsync()).Json).ToDictionary(one => one.Name, one => one.Operation);

        var search = Parameters(operations["GET /api/v1/search"]).ToDictionary(parameter => parameter.GetProperty("name").GetString()!);
        var modes = search["mode"].GetProperty("schema").GetProperty("enum").GetRawText();
        Assert.AreEqual("""["basic","extended","fixed","perl","words"]""", Regex.Replace(modes, @"\s", ""));
        Assert.AreEqual(10_000, search["limit"].GetProperty("schema").GetProperty("maximum").GetInt32());
        Assert.AreEqual("array", search["dictionary"].GetProperty("schema").GetProperty("type").GetString());
        Assert.IsTrue(search["q"].GetProperty("required").GetBoolean());
        Assert.AreEqual("cache", search["q"].GetProperty("example").GetString());
        Assert.IsFalse(Parameters(operations["POST /api/v1/search"]).Any());
        Assert.AreEqual(4, Parameters(operations["POST /api"]).Count());
        Assert.IsTrue(operations["POST /api"].TryGetProperty("requestBody", out _));
        var ifMatch = Parameters(operations["PUT /api/v1/movies/{id}"])
            .Single(parameter => parameter.GetProperty("name").GetString() == "If-Match");
        Assert.AreEqual("header", ifMatch.GetProperty("in").GetString());
    }

    [TestMethod, Timeout(60_000)]
    public async Task It_is_sent_once_to_those_who_keep_it_and_names_the_public_address()
    {
        await using var own = await TestServer.StartAsync("--public-url", "https://grep.example.org/sub/");

        var first = await own.GetAsync("/schema").OkAsync();
        var again = await own.GetAsync("/schema", ("If-None-Match", first.Response.Headers.ETag!.ToString()));

        Assert.AreEqual("https://grep.example.org/sub", first.Json.GetProperty("servers")[0].GetProperty("url").GetString());
        Assert.AreEqual(304, again.Status);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Routes_of_ones_own_are_described_however_odd()
    {
        await using var own = await InProcess.StartAsync(
            "GET /hello/{name}",
            "PUT /<i>/{*rest}",
            "GET /x/{a}",
            "POST /x/{b}",
            "GET /y/{a}/z",
            "GET /y/{*a}",
            "GET /hello/name");

        using var reply = await InProcess.SendAsync(own, "GET", "/schema");
        var read = OpenApiDocument.Parse(await reply.Content.ReadAsStringAsync(), OpenApiConstants.Json);

        Assert.AreEqual(HttpStatusCode.OK, reply.StatusCode);
        Assert.IsEmpty(read.Diagnostic!.Errors, string.Join('\n', read.Diagnostic.Errors));
        Assert.IsTrue(read.Document!.Paths.ContainsKey("/hello/{name}"));
    }

    static JsonElement.ArrayEnumerator Parameters(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : default;

    static IEnumerable<(string Name, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from item in path.Value.EnumerateObject()
        from operation in item.Name == "x-oai-additionalOperations" ? item.Value.EnumerateObject().AsEnumerable() : [item]
        select ($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value);
}
