// GET /schema: the API described for programs, made from the same route table as the instructions for people. The document
// is built once for each address the server is asked under, and kept with its compressed forms; a few addresses are enough.

using System.Collections.Concurrent;
using Microsoft.OpenApi;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal sealed class SchemaPage(ServerState server)
{
    const int MaxAddresses = 16;

    readonly ConcurrentDictionary<string, Reply> built = new(StringComparer.Ordinal);

    public Route Route => new("GET", "/schema", AnswerAsync)
    {
        Group = "Instructions",
        Chapter = "docs/inside/serving.md",
        Summary = "All routes as an OpenAPI 3.1 document.",
        ReplyContentTypes = ["application/json"],
        Statuses = [200, 304],
        Example = "-s {url}/schema",
    };

    async Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        if (!built.TryGetValue(exchange.BaseUrl, out var reply))
        {
            if (built.Count >= MaxAddresses) built.Clear(); // any IP address in Host is one of ours
            reply = await BuildAsync(exchange.BaseUrl, cancellationToken);
            built[exchange.BaseUrl] = reply;
        }
        return reply;
    }

    async Task<Reply> BuildAsync(string url, CancellationToken cancellationToken)
    {
        using var json = new MemoryStream();
        await ApiDocument.Of(server.Routes, url).SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        var body = json.ToArray();
        return new Reply
        {
            ContentType = "application/json",
            Body = body,
            Headers = [("ETag", EntityTags.Of(body))],
            Forms = new CompressedForms(_ => { }),
        };
    }
}
