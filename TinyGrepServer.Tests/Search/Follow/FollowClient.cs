// A client that follows: it reads events one by one, and can go away and come back where it was.

using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace TinyGrepServer.Tests.Search;

internal sealed class FollowClient : IAsyncDisposable
{
    readonly HttpClient http;
    readonly HttpResponseMessage response;
    readonly StreamReader reader;

    FollowClient(HttpClient http, HttpResponseMessage response, StreamReader reader, JsonNode first)
    {
        (this.http, this.response, this.reader) = (http, response, reader);
        Cursor = first["cursor"]!.GetValue<string>();
    }

    /// <summary>The cursor of the last event read.</summary>
    public string Cursor { get; private set; }

    /// <summary>Follows, and has read the first event, which tells the place.</summary>
    /// <param name="query">The query string.</param>
    /// <param name="cursor">Where to go on; null: from now on.</param>
    public static async Task<FollowClient> StartAsync(Uri server, string query, string? cursor = null)
    {
        var http = new HttpClient { BaseAddress = server, Timeout = TimeSpan.FromMinutes(5) };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/follow?{query}");
        request.Headers.Add("Accept", "application/x-ndjson");
        if (cursor is not null) request.Headers.Add("Last-Event-ID", cursor);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        return new FollowClient(http, response, reader, JsonNode.Parse((await reader.ReadLineAsync())!)!);
    }

    /// <summary>The next event, heartbeats left out; null: the end.</summary>
    public async Task<JsonNode?> NextAsync()
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            var told = JsonNode.Parse(line)!;
            Cursor = told["cursor"]!.GetValue<string>();
            if (told["event"]?.GetValue<string>() != "heartbeat") return told;
        }
        return null;
    }

    /// <summary>The next event in short: <c>a.txt:1:text</c>, or <c>rotated a.txt</c>.</summary>
    public async Task<string?> NextShortAsync() => await NextAsync() is not { } told ? null
        : told["event"] is { } kind ? $"{kind} {told["dictionary"] ?? told["dictionaries"]?.ToJsonString()}".TrimEnd()
        : string.Create(CultureInfo.InvariantCulture, $"{told["dictionary"]}:{told["line"]}:{told["text"]}");

    /// <summary>The next events in short.</summary>
    public async Task<string[]> NextAsync(int count)
    {
        List<string> told = [];
        while (told.Count < count) told.Add(await NextShortAsync() ?? throw new AssertFailedException($"ended after {told.Count}"));
        return [.. told];
    }

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        response.Dispose();
        http.Dispose();
        return ValueTask.CompletedTask;
    }
}
