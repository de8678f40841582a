// Holds real replies against the document at /schema, with the validators that run.sh test installs: strict JSON Schema
// 2020-12 for the replies, OpenAPI's own meta-schema for the document.

using System.Text;
using System.Text.Json;
using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Telemetry;

/// <summary>A reply, and the operation it is one of.</summary>
internal sealed record Replied(string Operation, int Status, string? Type, string Body, string? Request);

internal sealed class SchemaCheck
{
    public List<Replied> Replies { get; } = [];

    /// <summary>Sends a request, keeps the reply, and checks its status.</summary>
    /// <param name="operation">Method and path of the document: <c>GET /api/v1/movies/{id}</c>.</param>
    /// <param name="path">The path asked for, where it is not the operation's.</param>
    public async Task<Answered> AskAsync(
        TestServer server,
        int status,
        string operation,
        string? path = null,
        string? body = null,
        string? type = "application/json",
        params (string Name, string Value)[] headers)
    {
        var (method, pattern) = (operation.Split(' ')[0], operation.Split(' ')[1]);
        var target = path?.StartsWith('?') == true ? pattern + path : path ?? pattern;
        var bytes = body is null ? null : Encoding.UTF8.GetBytes(body);
        var answered = await server.SendAsync(new HttpMethod(method), target, bytes, type, headers);
        Assert.AreEqual(status, answered.Status, $"{operation} {path} {answered.Text}");
        Replies.Add(new Replied(operation, status, answered.Response.Content.Headers.ContentType?.MediaType, answered.Text, body));
        return answered;
    }

    /// <summary>What is wrong with the document and these replies, in words.</summary>
    public static async Task<string[]> RunAsync(string document, IEnumerable<Replied> replies)
    {
        NodePackages.Need("ajv", "ajv-formats", "@seriousme/openapi-schema-validator");
        var script = Path.Join(TestServer.Root, "TinyGrepServer.Tests", "Telemetry", "check-schema.mjs");
        var start = Programs.Start("node", [script, NodePackages.Folder]);
        using var node = System.Diagnostics.Process.Start(start)!;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        using var parsed = JsonDocument.Parse(document);
        var input = new
        {
            document = parsed.RootElement,
            replies = replies.Select(one => new
            {
                operation = one.Operation,
                status = one.Status,
                type = one.Type,
                body = one.Body,
                request = one.Request,
            }),
        };
        await JsonSerializer.SerializeAsync(node.StandardInput.BaseStream, input);
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        Assert.AreEqual(0, node.ExitCode, await errors);
        return JsonSerializer.Deserialize<string[]>(await output)!;
    }
}
