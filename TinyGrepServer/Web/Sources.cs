// What the pages are made of. They know no other slice: whoever puts the server together hands these over. Each takes the
// exchange, so that what guards a route guards the same answer inside a page.

using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

/// <summary>Where the pages get their content from.</summary>
internal sealed record Sources
{
    /// <summary>How long a page may take that shows an answer.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>Answers a question of the full API: parameters as in its query string, its JSON back.</summary>
    public required Func<Exchange, IReadOnlyList<(string Name, string Value)>, CancellationToken, Task<Reply>> SearchAsync { get; init; }

    /// <summary>A window of a dictionary: its name, <c>from</c> and <c>count</c>.</summary>
    public required Func<Exchange, string, IReadOnlyList<(string Name, string Value)>, CancellationToken, Task<Reply>> LinesAsync
    {
        get;
        init;
    }

    /// <summary>The names of the dictionaries.</summary>
    public required Func<Exchange, CancellationToken, Task<IReadOnlyList<string>>> NamesAsync { get; init; }

    /// <summary>The JSON of a reply as a <typeparamref name="T"/>.</summary>
    /// <exception cref="ApiError">413: the answer is too large for a page.</exception>
    public static async Task<T> ReadAsync<T>(Reply reply, JsonTypeInfo<T> type)
    {
        if (reply.Owner is { } owner) await owner.DisposeAsync();
        return reply.Stream is null
            ? JsonSerializer.Deserialize(reply.Body.Span, type)!
            : throw new ApiError(413, "This answer is too large for a page. Ask for less context or narrow the search.");
    }
}

/// <summary>An answer of the full API, as far as a page shows it.</summary>
internal sealed record Found(
    [property: JsonPropertyName("matches")] IReadOnlyList<FoundMatch> Matches,
    [property: JsonPropertyName("stop_reason")] string StopReason,
    [property: JsonPropertyName("next")] string? Next,
    [property: JsonPropertyName("skipped")] IReadOnlyDictionary<string, int> Skipped);

/// <summary>A match with its bounds in UTF-16 code units, where they are known.</summary>
internal sealed record FoundMatch(
    [property: JsonPropertyName("dictionary")] string Dictionary,
    [property: JsonPropertyName("line")] long Line,
    [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("bounds")] IReadOnlyList<IReadOnlyList<int>>? Bounds,
    [property: JsonPropertyName("before")] IReadOnlyList<string> Before,
    [property: JsonPropertyName("after")] IReadOnlyList<string> After);

/// <summary>A window of a dictionary.</summary>
internal sealed record Window(
    [property: JsonPropertyName("from")] long From,
    [property: JsonPropertyName("lines")] IReadOnlyList<string> Lines,
    [property: JsonPropertyName("cut")] IReadOnlyList<long> Cut,
    [property: JsonPropertyName("total")] long? Total,
    [property: JsonPropertyName("next")] long? Next);

[JsonSerializable(typeof(Found))]
[JsonSerializable(typeof(Window))]
internal sealed partial class WebJson : JsonSerializerContext;
