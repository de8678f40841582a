// The list of dictionaries, as JSON.

using System.Text.Json.Serialization;

namespace TinyGrepServer.Search;

/// <summary>A dictionary in the list.</summary>
internal sealed record DictionaryReply
{
    [JsonPropertyName("name")] public required string Name { get; init; }

    [JsonPropertyName("bytes")] public required long Bytes { get; init; }

    /// <summary>Null where they could not be counted in time, or the file cannot be read.</summary>
    [JsonPropertyName("lines"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required long? Lines { get; init; }

    /// <summary>Null where there is no file to ask.</summary>
    [JsonPropertyName("modified"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset? Modified { get; init; }

    /// <summary>
    /// How its bytes become text: <c>plain</c>, <c>utf-8-bom</c>, <c>utf-16le</c>, <c>utf-16be</c>, <c>gzip</c>, or <c>binary</c>; null
    /// where it cannot be read.
    /// </summary>
    [JsonPropertyName("form"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required string? Form { get; init; }

    /// <summary>Null, or why a search over all leaves it out: <c>dotfile</c>, <c>backup</c>, <c>binary</c>, <c>unreadable</c>.</summary>
    [JsonPropertyName("skipped"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required string? Skipped { get; init; }

    /// <summary>The names there are of forms.</summary>
    internal static readonly string[] Forms = ["plain", "utf-8-bom", "utf-16le", "utf-16be", "gzip", "binary"];

    /// <summary>The name of a form.</summary>
    internal static string NameOf(TextForm form) => form switch
    {
        TextForm.Utf8WithMark => "utf-8-bom",
        TextForm.Utf16LittleEndian => "utf-16le",
        TextForm.Utf16BigEndian => "utf-16be",
        TextForm.Gzip => "gzip",
        TextForm.Binary => "binary",
        _ => "plain",
    };
}

/// <summary>A page of the list of dictionaries.</summary>
internal sealed record DictionaryList
{
    /// <summary>Sorted by name.</summary>
    [JsonPropertyName("dictionaries")] public required IReadOnlyList<DictionaryReply> Dictionaries { get; init; }

    /// <summary>With a folder, on its first page: the folders directly in it, by their whole names; else absent.</summary>
    [JsonPropertyName("folders")] public IReadOnlyList<string>? Folders { get; init; }

    /// <summary>The one the first API asks where none is named; null: the folder has none.</summary>
    [JsonPropertyName("default"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required string? Default { get; init; }

    /// <summary>The dictionaries on all pages.</summary>
    [JsonPropertyName("total")] public required int Total { get; init; }

    /// <summary>The cursor of the next page; null: this is the last one.</summary>
    [JsonPropertyName("next"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required string? Next { get; init; }
}
