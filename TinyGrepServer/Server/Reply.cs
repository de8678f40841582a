// What a handler returns. A reply is either a whole body in memory or a stream that is written while it is made;
// ReplyWriter alone knows how either goes out. Handlers never touch HttpListenerResponse.

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TinyGrepServer.Server;

/// <summary>
/// Writes a streamed body to <paramref name="output"/>; throwing cuts the connection, so that the reply cannot look whole. What it
/// throws is logged as a fault, unless a write to <paramref name="output"/> threw it: then the client has gone.
/// </summary>
/// <param name="output">Where the body goes; a write waits for a slow client, up to the write timeout.</param>
/// <param name="cancellationToken">Cancelled when the client leaves and when the server is forced to stop.</param>
public delegate Task BodyStream(Stream output, CancellationToken cancellationToken);

/// <summary>A response before it is written.</summary>
public sealed record Reply
{
    /// <summary>The HTTP status code.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The media type; null where there is no body.</summary>
    public string? ContentType { get; init; }

    /// <summary>
    /// Further header fields, written in this order. A <c>Location</c> that begins with a slash is a path of this server; where clients
    /// see the server below a path, that is put before it.
    /// </summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The whole body; empty where <see cref="Stream"/> is set.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body as a stream, for answers that do not belong in memory.</summary>
    public BodyStream? Stream { get; init; }

    /// <summary>The number of bytes <see cref="Stream"/> will write, where it is known; otherwise the reply is chunked.</summary>
    public long? StreamLength { get; init; }

    /// <summary>
    /// Gives a part of the body, by its offset and its length, where <see cref="StreamLength"/> is known: for a <c>Range</c>. Null:
    /// the whole is sent. A body in memory needs none.
    /// </summary>
    public Func<long, long, BodyStream>? StreamPart { get; init; }

    /// <summary>Released after the reply has been written, cut or dropped, whichever comes.</summary>
    public IAsyncDisposable? Owner { get; init; }

    /// <summary>
    /// The stream goes on for as long as the client stays, so it is sent as it is made, never compressed; how many there may be is
    /// bounded by whoever makes them.
    /// </summary>
    public bool IsLive { get; init; }

    /// <summary>Keeps the body's compressed forms, where the same reply goes out again and again.</summary>
    internal CompressedForms? Forms { get; init; }

    /// <summary>Closes the connection after this reply.</summary>
    public bool Close { get; init; }

    /// <summary>A UTF-8 text.</summary>
    public static Reply Text(string text, string contentType = "text/plain; charset=utf-8") =>
        new() { ContentType = contentType, Body = Encoding.UTF8.GetBytes(text) };

    /// <summary>A value as JSON.</summary>
    public static Reply Json<T>(T value, JsonTypeInfo<T> typeInfo, int status = 200) =>
        new() { Status = status, ContentType = "application/json", Body = JsonSerializer.SerializeToUtf8Bytes(value, typeInfo) };

    /// <summary>A status without a body, such as 204 or 304.</summary>
    public static Reply Empty(int status, params (string Name, string Value)[] headers) => new() { Status = status, Headers = headers };

    /// <summary>This reply with one more header field.</summary>
    public Reply With(string name, string value) => this with { Headers = [.. Headers, (name, value)] };
}
