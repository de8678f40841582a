// br and gzip, as the client accepts them, for replies over 1 KiB, streamed ones too. Each coding is a representation of its
// own: the entity tag says which, and Vary tells caches.

using System.IO.Compression;

namespace TinyGrepServer.Server;

internal static class Compression
{
    const int Worthwhile = 1 << 10;

    public static Handler Apply(Handler next) => async (exchange, cancellationToken) =>
    {
        var reply = await next(exchange, cancellationToken);
        if (Varies(exchange, reply)) reply = reply.With("Vary", "Accept-Encoding");
        return CodingOf(exchange, reply) is { } coding ? Compress(reply, coding) : reply;
    };

    /// <summary>Whether other clients may get this reply in another coding.</summary>
    public static bool Varies(Exchange exchange, Reply reply) => CanBeCoded(reply) && (IsWorthIt(reply) || IsWanted(exchange));

    /// <summary>The coding this reply goes out in; null: as it is.</summary>
    public static string? CodingOf(Exchange exchange, Reply reply) =>
        Varies(exchange, reply) ? ContentCoding.Negotiate(exchange.Header("Accept-Encoding")) : null;

    /// <summary>A part of a representation is none, and what is coded already is not coded again.</summary>
    static bool CanBeCoded(Reply reply) =>
        reply.Status != 206
        && !reply.IsLive
        && (reply.Stream is not null || reply.Body.Length > 0)
        && !reply.Headers.Any(field => field.Name.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase));

    static bool IsWorthIt(Reply reply) => IsLong(reply) && reply.ContentType is { } type && IsText(type);

    /// <summary>A client may refuse a body as it is, however short.</summary>
    public static bool IsWanted(Exchange exchange) => ContentCoding.RefusesIdentity(exchange.Header("Accept-Encoding"));

    static bool IsLong(Reply reply) => reply.Stream is null ? reply.Body.Length > Worthwhile : reply.StreamLength is null or > Worthwhile;

    static bool IsText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal)
        || type.Contains("json", StringComparison.Ordinal)
        || type.Contains("javascript", StringComparison.Ordinal);

    static Reply Compress(Reply reply, string coding)
    {
        reply = reply with { Headers = [.. HeadersOf(reply, coding)] };
        if (reply.Stream is { } stream)
        {
            return reply with
            {
                StreamLength = null,
                StreamPart = null,
                Stream = (output, stopping) => StreamAsync(stream, coding, output, stopping),
            };
        }
        return reply with
        {
            Body = reply.Forms?.Get(coding, reply.Body) ?? ContentCoding.Encode(reply.Body, coding, CompressionLevel.Fastest),
        };
    }

    /// <summary>Those of the reply, as they are for this coding; Repr-Digest was that of the bytes before.</summary>
    static IEnumerable<(string Name, string Value)> HeadersOf(Reply reply, string coding)
    {
        foreach (var field in reply.Headers)
        {
            if (field.Name == "Repr-Digest") continue;
            yield return field.Name == "ETag" ? ("ETag", ContentCoding.Tag(field.Value, coding)) : field;
        }
        yield return ("Content-Encoding", coding);
    }

    /// <summary>A body that breaks off must not get the coding's proper end, so the encoder is finished only after success.</summary>
    static async Task StreamAsync(BodyStream stream, string coding, Stream output, CancellationToken stopping)
    {
#pragma warning disable CA2000 // Deliberately not disposed after a failure.
        var encoder = ContentCoding.Encoder(output, coding, CompressionLevel.Fastest);
#pragma warning restore CA2000
        await stream(encoder, stopping);
        await encoder.DisposeAsync();
    }
}
