// An event for a follower: a match, or a note about the following itself. It is written once for all followers of the same question, as
// Server-Sent Events or as NDJSON, and carries the cursor with which its reader would continue after it.

using System.Text;

namespace TinyGrepServer.Search;

internal sealed class FollowEvent
{
    readonly string? kind;
    readonly byte[] json;
    readonly string cursor;
    byte[]? asEvent;
    byte[]? asLine;

    FollowEvent(string? kind, byte[] json, string cursor) => (this.kind, this.json, this.cursor) = (kind, json, cursor);

    /// <summary>Null for a match; else <c>rotated</c>, <c>gap</c>, <c>problem</c>, <c>bye</c> or <c>heartbeat</c>.</summary>
    public string? Kind => kind;

    /// <summary>Goes on behind it.</summary>
    public string Cursor => cursor;

    /// <summary>The match, or what is told, as an object.</summary>
    public ReadOnlyMemory<byte> Json => json;

    /// <summary>A line that matches.</summary>
    /// <param name="json">The match as an object.</param>
    public static FollowEvent Match(byte[] json, string cursor) => new(null, json, cursor);

    /// <summary>A dictionary was truncated or rewritten, or has gone: lines of it that nobody had read may be gone.</summary>
    public static FollowEvent Rotated(string dictionary, string cursor) =>
        new("rotated", [.. "{\"dictionary\":"u8, .. SearchJson.Quoted(dictionary), (byte)'}'], cursor);

    /// <summary>The cursor did not hold the place in these dictionaries, which have changed: lines of them may be missing.</summary>
    public static FollowEvent Gap(IEnumerable<string> dictionaries, string cursor) =>
        new("gap", [.. "{\"dictionaries\":["u8, .. Joined(dictionaries), .. "]}"u8], cursor);

    /// <summary>Something of a dictionary could not be judged, and was passed over.</summary>
    public static FollowEvent Trouble(string dictionary, string problem, string cursor) =>
        new(
            "problem",
            [.. "{\"dictionary\":"u8, .. SearchJson.Quoted(dictionary), .. ",\"problem\":"u8, .. SearchJson.Quoted(problem), (byte)'}'],
            cursor);

    /// <summary>The server stops.</summary>
    public static FollowEvent Bye(string cursor) => new("bye", "{}"u8.ToArray(), cursor);

    /// <summary>Nothing has happened for a while: proxies see that the connection lives, and the reader knows the place.</summary>
    public static FollowEvent Heartbeat(string cursor) => new("heartbeat", "{}"u8.ToArray(), cursor);

    /// <summary>As an event of <c>text/event-stream</c>; a heartbeat has an id and no data, so that no program is told of it.</summary>
    public byte[] AsEvent => asEvent ??= kind == "heartbeat"
        ? Encoding.ASCII.GetBytes($":\nid: {cursor}\n\n")
        : [.. Encoding.ASCII.GetBytes($"{(kind is null ? "" : $"event: {kind}\n")}id: {cursor}\ndata: "), .. json, .. "\n\n"u8];

    /// <summary>As a line of JSON, with the members <c>event</c>, if it is not a match, and <c>cursor</c>.</summary>
    public byte[] AsLine => asLine ??=
    [
        .. kind is null ? [] : Encoding.ASCII.GetBytes($"{{\"event\":\"{kind}\"{(json.Length > 2 ? "," : "")}"),
        .. kind is null ? json[..^1] : json[1..^1],
        .. Encoding.ASCII.GetBytes($",\"cursor\":\"{cursor}\"}}\n"),
    ];

    static byte[] Joined(IEnumerable<string> names)
    {
        using var joined = new PooledBuffer();
        foreach (var name in names)
        {
            if (joined.Length > 0) joined.Append((byte)',');
            joined.Append(SearchJson.Quoted(name));
        }
        return joined.Written.ToArray();
    }
}
