// The answer of the full API.

using System.Text.Json.Serialization;

namespace TinyGrepServer.Search;

/// <summary>A match of the full API.</summary>
public sealed record MatchReply
{
    [JsonPropertyName("dictionary")] public required string Dictionary { get; init; }

    /// <summary>From 1.</summary>
    [JsonPropertyName("line")] public required long Line { get; init; }

    /// <summary>The line without its newline; bytes that are not UTF-8 are U+FFFD.</summary>
    [JsonPropertyName("text")] public required string Text { get; init; }

    /// <summary>The matched parts, [start, end) in UTF-16 code units; absent where they cannot be told.</summary>
    [JsonPropertyName("bounds"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<IReadOnlyList<int>>? Bounds { get; init; }

    [JsonPropertyName("before")] public required IReadOnlyList<string> Before { get; init; }

    [JsonPropertyName("after")] public required IReadOnlyList<string> After { get; init; }
}

/// <summary>How many matches a dictionary has.</summary>
public sealed record DictionaryCount
{
    [JsonPropertyName("dictionary")] public required string Dictionary { get; init; }

    [JsonPropertyName("count")] public required long Count { get; init; }
}

/// <summary>What could not be read to its end.</summary>
public sealed record DictionaryProblem
{
    [JsonPropertyName("dictionary")] public required string Dictionary { get; init; }

    /// <summary>What is wrong with it, in words.</summary>
    [JsonPropertyName("problem")] public required string Problem { get; init; }
}

/// <summary>An answer of the full API.</summary>
public sealed record SearchReply
{
    /// <summary>The question as it was understood, defaults filled in.</summary>
    [JsonPropertyName("query")] public required SearchRequest Query { get; init; }

    [JsonPropertyName("matches")] public required IReadOnlyList<MatchReply> Matches { get; init; }

    /// <summary>With count_only: the dictionaries that have any match, the first <c>limit</c> of them; else absent.</summary>
    [JsonPropertyName("dictionaries"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DictionaryCount>? Dictionaries { get; init; }

    /// <summary>Matches in this answer; with count_only: of all.</summary>
    [JsonPropertyName("count")] public required long Count { get; init; }

    /// <summary>False where anything was left out.</summary>
    [JsonPropertyName("complete")] public required bool Complete { get; init; }

    /// <summary><c>end</c>, or why the answer is not complete: <c>limit</c>, <c>timeout</c>, <c>unreadable</c>.</summary>
    [JsonPropertyName("stop_reason")] public required string StopReason { get; init; }

    /// <summary>The cursor for the next part; null where there is none.</summary>
    [JsonPropertyName("next"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required string? Next { get; init; }

    /// <summary>
    /// How many dictionaries the rules left out that were not named: <c>dotfile</c>, <c>backup</c>, <c>binary</c>; empty: none.
    /// </summary>
    [JsonPropertyName("skipped")] public required IReadOnlyDictionary<string, int> Skipped { get; init; }

    /// <summary>What could not be read to its end, the first 20; then the answer is not complete.</summary>
    [JsonPropertyName("problems")] public required IReadOnlyList<DictionaryProblem> Problems { get; init; }
}
