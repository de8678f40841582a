// What the list of dictionaries says.

using System.Text.Json.Serialization;

namespace TinyGrepServer.Search;

/// <summary>A dictionary in the list.</summary>
public sealed record DictionaryReply
{
    [JsonPropertyName("name")] public required string Name { get; init; }

    [JsonPropertyName("bytes")] public required long Bytes { get; init; }

    /// <summary>Null where they could not be counted in time, or the file cannot be read.</summary>
    [JsonPropertyName("lines"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required long? Lines { get; init; }

    /// <summary>Null where there is no file to ask.</summary>
    [JsonPropertyName("modified"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset? Modified { get; init; }

    /// <summary>Null, or why a search over all leaves it out: <c>dotfile</c>, <c>backup</c>, <c>binary</c>, <c>unreadable</c>.</summary>
    [JsonPropertyName("skipped"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required string? Skipped { get; init; }
}

/// <summary>The list of dictionaries.</summary>
/// <param name="Dictionaries">Sorted by name.</param>
/// <param name="Default">The one the first API asks where none is named.</param>
public sealed record DictionaryList(
    [property: JsonPropertyName("dictionaries")] IReadOnlyList<DictionaryReply> Dictionaries,
    [property: JsonPropertyName("default")] string Default);
