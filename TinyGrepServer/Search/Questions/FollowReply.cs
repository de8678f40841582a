// What a client that follows receives, as an object.

using System.Text.Json.Serialization;

namespace TinyGrepServer.Search;

/// <summary>A matching line, or, where <c>event</c> is present, something else that happened.</summary>
public sealed record FollowReply
{
    /// <summary>
    /// Absent: a match. Else <c>rotated</c>, <c>gap</c>, <c>problem</c>, <c>bye</c> or <c>heartbeat</c>; an event stream has it as the
    /// event's name.
    /// </summary>
    [JsonPropertyName("event")] public string? Event { get; init; }

    /// <summary>The dictionary of the match, or to which it has happened.</summary>
    [JsonPropertyName("dictionary")] public string? Dictionary { get; init; }

    /// <summary>The line's number, from 1.</summary>
    [JsonPropertyName("line")] public long? Line { get; init; }

    /// <summary>The line without its newline; bytes that are not UTF-8 are U+FFFD.</summary>
    [JsonPropertyName("text")] public string? Text { get; init; }

    /// <summary>The matched parts, [start, end) in UTF-16 code units.</summary>
    [JsonPropertyName("bounds")] public IReadOnlyList<IReadOnlyList<int>>? Bounds { get; init; }

    /// <summary>With <c>gap</c>: dictionaries of which lines may be missing.</summary>
    [JsonPropertyName("dictionaries")] public IReadOnlyList<string>? Dictionaries { get; init; }

    /// <summary>With <c>problem</c>: what was passed over, in words.</summary>
    [JsonPropertyName("problem")] public string? Problem { get; init; }

    /// <summary>Goes on behind this. In an event stream it is the event's id.</summary>
    [JsonPropertyName("cursor")] public string? Cursor { get; init; }
}
