// The answer for a window of a dictionary.

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

    /// <summary>The line to continue from; null at the end of the dictionary.</summary>
    [JsonPropertyName("next"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required long? Next { get; init; }

    /// <summary>At the end of what can be decoded: why that is not all of the text; absent: it is.</summary>
    [JsonPropertyName("problem")] public string? Problem { get; init; }

    /// <summary>With <c>q</c>: what matches; else absent.</summary>
    [JsonPropertyName("found")] public LinesFound? Found { get; init; }
}

/// <summary>What matches in a window of a dictionary, and next to it.</summary>
internal sealed record LinesFound
{
    /// <summary>The matching lines of the window, in order.</summary>
    [JsonPropertyName("lines")] public required IReadOnlyList<LineMatch> Lines { get; init; }

    /// <summary>How many lines match before the window.</summary>
    [JsonPropertyName("before")] public required long Before { get; init; }

    /// <summary>The number of the last one before the window; null: there is none.</summary>
    [JsonPropertyName("previous"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required long? Previous { get; init; }

    /// <summary>The number of the first one behind the window; null: there is none, or the time was up.</summary>
    [JsonPropertyName("next"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required long? Next { get; init; }

    /// <summary><c>end</c>, or why this is not all: <c>timeout</c>, <c>unreadable</c>.</summary>
    [JsonPropertyName("stop_reason")] public required string StopReason { get; init; }
}

/// <summary>A matching line of a window.</summary>
internal sealed record LineMatch
{
    /// <summary>Its number, from 1.</summary>
    [JsonPropertyName("line")] public required long Line { get; init; }

    /// <summary>
    /// The matched parts, [start, end) in UTF-16 code units of the whole line, the first 1,000 of a line; empty where lines are found
    /// that do not match.
    /// </summary>
    [JsonPropertyName("bounds")] public required IReadOnlyList<IReadOnlyList<int>> Bounds { get; init; }
}
