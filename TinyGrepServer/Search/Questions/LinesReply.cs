// What a window of a dictionary says.

using System.Text.Json.Serialization;

namespace TinyGrepServer.Search;

/// <summary>Some lines of a dictionary.</summary>
internal sealed record LinesReply
{
    [JsonPropertyName("dictionary")] public required string Dictionary { get; init; }

    /// <summary>The number of the first line given, from 1.</summary>
    [JsonPropertyName("from")] public required long From { get; init; }

    /// <summary>The lines without their newlines; bytes that are not UTF-8 are U+FFFD. UTF-16 and gzip are decoded.</summary>
    [JsonPropertyName("lines")] public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>The numbers of the lines of which only the beginning is given.</summary>
    [JsonPropertyName("cut")] public required IReadOnlyList<long> Cut { get; init; }

    /// <summary>The lines the dictionary has; null where counting them took too long.</summary>
    [JsonPropertyName("total"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required long? Total { get; init; }

    /// <summary>The line to go on from; null at the end of the dictionary.</summary>
    [JsonPropertyName("next"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required long? Next { get; init; }

    /// <summary>Why the text goes on behind the last of these lines, although no more could be read; absent where it does not.</summary>
    [JsonPropertyName("problem"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Problem { get; init; }
}
