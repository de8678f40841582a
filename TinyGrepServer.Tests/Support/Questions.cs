// Short ways for a test to ask a server and to ask the real grep the same thing. Bodies and paths go out exactly as
// given, so that a test can also send what no decent client would.

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

/// <summary>An answer, read to its end.</summary>
internal sealed record Answered(HttpResponseMessage Response, byte[] Bytes)
{
    public int Status => (int)Response.StatusCode;

    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    /// <summary>The first API's entries.</summary>
    public string[] Results => [.. Json.GetProperty("results").EnumerateArray().Select(entry => entry.GetString()!)];

    /// <summary>The full API's matches.</summary>
    public JsonElement[] Matches => [.. Json.GetProperty("matches").EnumerateArray()];

    /// <summary>What an error body says; fails where this is not an error body.</summary>
    public string Detail
    {
        get
        {
            Assert.AreEqual("application/problem+json", Response.Content.Headers.ContentType?.MediaType, Text);
            Assert.AreEqual(Status, Json.GetProperty("Code").GetInt32());
            var detail = Json.GetProperty("detail").GetString()!;
            StringAssert.StartsWith(Json.GetProperty("message").GetString(), detail, StringComparison.Ordinal);
            return detail;
        }
    }
}

internal static class Questions
{
    public const string First = "/api/v1/json";
    public const string Full = "/api/v1/search";

    public static Task<Answered> PostAsync(this TestServer server, string path, string body, string? type = "application/json") =>
        server.SendAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body), type);

    public static async Task<Answered> SendAsync(
        this TestServer server,
        HttpMethod method,
        string path,
        byte[]? body = null,
        string? type = "application/json",
        params (string Name, string Value)[] headers)
    {
        // The path goes out as it stands: no '..' is taken out, no escape is changed.
        var asItStands = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var target = new Uri(server.Url.GetLeftPart(UriPartial.Authority) + path, asItStands);
        using var request = new HttpRequestMessage(method, target);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (type is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }
        foreach (var (name, value) in headers) Assert.IsTrue(request.Headers.TryAddWithoutValidation(name, value));
        var response = await server.Http.SendAsync(request);
        return new Answered(response, await response.Content.ReadAsByteArrayAsync());
    }

    public static Task<Answered> GetAsync(this TestServer server, string path, params (string Name, string Value)[] headers) =>
        server.SendAsync(HttpMethod.Get, path, headers: headers);

    /// <summary>A search with the first API, from an object whose members are the request's.</summary>
    public static Task<Answered> FirstAsync(this TestServer server, object request) =>
        server.PostAsync(First, JsonSerializer.Serialize(request));

    /// <summary>A search with the full API, likewise.</summary>
    public static Task<Answered> FullAsync(this TestServer server, object request) =>
        server.PostAsync(Full, JsonSerializer.Serialize(request));

    /// <summary>Asks until the file is old enough to be told from later versions; from then on its answers have a tag.</summary>
    public static async Task<string> SettledTagAsync(this TestServer server, string path)
    {
        string? tag = null;
        await Wait.UntilAsync(
            async () => (tag = (await server.Http.GetAsync(path)).Headers.ETag?.ToString()) is not null, "the file has settled");
        return tag!;
    }

    public static async Task<Answered> OkAsync(this Task<Answered> asking)
    {
        var answered = await asking;
        Assert.AreEqual((int)HttpStatusCode.OK, answered.Status, answered.Text);
        return answered;
    }

    public static async Task<Answered> RefusedAsync(this Task<Answered> asking, int status)
    {
        var answered = await asking;
        Assert.AreEqual(status, answered.Status, answered.Text);
        Assert.IsNotEmpty(answered.Detail);
        return answered;
    }

    public static string TextOf(this JsonElement match) => match.GetProperty("text").GetString()!;

    public static string[] Strings(this JsonElement match, string member) =>
        [.. match.GetProperty(member).EnumerateArray().Select(one => one.GetString()!)];

    /// <summary>The parts of the text that the bounds name.</summary>
    public static string[] Parts(this JsonElement match) =>
        [.. match.GetProperty("bounds").EnumerateArray().Select(bound => match.TextOf()[bound[0].GetInt32()..bound[1].GetInt32()])];
}
