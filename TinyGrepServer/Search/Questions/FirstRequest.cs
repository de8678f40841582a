// The request and the answer of the first API.

using System.Text.Json.Serialization;

namespace TinyGrepServer.Search;

/// <summary>A question of the first API.</summary>
internal sealed record FirstRequest
{
    [JsonPropertyName("action")] public required string Action { get; init; }

    [JsonPropertyName("term")] public string? Term { get; init; }

    [JsonPropertyName("nresults")] public int? MaxResults { get; init; }

    [JsonPropertyName("n_before")] public int? Before { get; init; }

    [JsonPropertyName("n_after")] public int? After { get; init; }

    [JsonPropertyName("dictionary")] public string? Dictionary { get; init; }
}

/// <summary>An answer of the first API.</summary>
/// <param name="Count">The number of results.</param>
/// <param name="Results">One entry a matching line, or one a group of lines where context was asked for.</param>
internal sealed record FirstReply(
    [property: JsonPropertyName("nr of entries")] long Count,
    [property: JsonPropertyName("results")] IReadOnlyList<string> Results);
