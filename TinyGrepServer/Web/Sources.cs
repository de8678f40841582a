// Where the pages get their data. They know no other slice: App passes these in. Each takes the exchange, so that the access rules of a
// route also guard its answer inside a page.

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

    /// <summary>A window of a file: its name and the parameters of the lines' route.</summary>
    public required Func<Exchange, string, IReadOnlyList<(string Name, string Value)>, CancellationToken, Task<Reply>> LinesAsync
    {
        get;
        init;
    }

    /// <summary>A page of the list of files: parameters as in the list's query string.</summary>
    public required Func<Exchange, IReadOnlyList<(string Name, string Value)>, CancellationToken, Task<Reply>> ListAsync { get; init; }

    /// <summary>The JSON of a reply as a <typeparamref name="T"/>.</summary>
    /// <exception cref="ApiError">413: the answer is too large for a page.</exception>
    public static async Task<T> ReadAsync<T>(Reply reply, JsonTypeInfo<T> type)
    {
        if (reply.Owner is { } owner) await owner.DisposeAsync();
        return reply.Stream is null
            ? JsonSerializer.Deserialize(reply.Body.Span, type)!
            : throw new ApiError(413, "This answer is too large for a page. Ask for less context, or narrow the search.");
    }
}

/// <summary>An answer of the full API, as far as a page shows it.</summary>
internal sealed record Found(
    [property: JsonPropertyName("matches")] IReadOnlyList<FoundMatch> Matches,
    [property: JsonPropertyName("stop_reason")] string StopReason,
    [property: JsonPropertyName("next")] string? Next,
    [property: JsonPropertyName("skipped")] IReadOnlyDictionary<string, int> Skipped,
    [property: JsonPropertyName("problems")] IReadOnlyList<FoundProblem> Problems);

/// <summary>A match with its bounds in UTF-16 code units, where they are known.</summary>
internal sealed record FoundMatch(
    [property: JsonPropertyName("dictionary")] string Dictionary,
    [property: JsonPropertyName("line")] long Line,
    [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("bounds")] IReadOnlyList<IReadOnlyList<int>>? Bounds,
    [property: JsonPropertyName("before")] IReadOnlyList<string> Before,
    [property: JsonPropertyName("after")] IReadOnlyList<string> After);

/// <summary>A file that could not be read to its end.</summary>
internal sealed record FoundProblem(
    [property: JsonPropertyName("dictionary")] string Dictionary,
    [property: JsonPropertyName("problem")] string Problem);

/// <summary>A window of a file.</summary>
internal sealed record Window(
    [property: JsonPropertyName("from")] long From,
    [property: JsonPropertyName("lines")] IReadOnlyList<string> Lines,
    [property: JsonPropertyName("cut")] IReadOnlyList<long> Cut,
    [property: JsonPropertyName("total")] long? Total,
    [property: JsonPropertyName("next")] long? Next,
    [property: JsonPropertyName("problem")] string? Problem,
    [property: JsonPropertyName("found")] WindowMatches? Found);

/// <summary>What matches in a window, and next to it.</summary>
internal sealed record WindowMatches(
    [property: JsonPropertyName("lines")] IReadOnlyList<WindowMatch> Lines,
    [property: JsonPropertyName("before")] long Before,
    [property: JsonPropertyName("previous")] long? Previous,
    [property: JsonPropertyName("next")] long? Next,
    [property: JsonPropertyName("stop_reason")] string StopReason);

/// <summary>A matching line of a window.</summary>
internal sealed record WindowMatch(
    [property: JsonPropertyName("line")] long Line,
    [property: JsonPropertyName("bounds")] IReadOnlyList<IReadOnlyList<int>> Bounds);

/// <summary>A page of the list of files.</summary>
internal sealed record Listing(
    [property: JsonPropertyName("dictionaries")] IReadOnlyList<Listed> Files,
    [property: JsonPropertyName("folders")] IReadOnlyList<string>? Folders,
    [property: JsonPropertyName("total")] int Total,
    [property: JsonPropertyName("next")] string? Next);

/// <summary>A file in the list.</summary>
internal sealed record Listed(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("bytes")] long Bytes,
    [property: JsonPropertyName("lines")] long? Lines,
    [property: JsonPropertyName("modified")] DateTimeOffset? Modified,
    [property: JsonPropertyName("form")] string? Form,
    [property: JsonPropertyName("skipped")] string? Skipped);

[JsonSerializable(typeof(Found))]
[JsonSerializable(typeof(Window))]
[JsonSerializable(typeof(Listing))]
internal sealed partial class WebJson : JsonSerializerContext;
