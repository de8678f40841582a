// br and gzip, as the client accepts them, for replies over 1 KiB, streamed ones too. Each coding is a representation of its
// own: the entity tag says which, and Vary tells caches.

using System.Collections.Concurrent;
using System.IO.Compression;

namespace TinyGrepServer.Server;

internal static class Compression
{
    const int Worthwhile = 1 << 10;

    public static Handler Apply(Handler next) => async (exchange, cancellationToken) =>
    {
        var reply = await next(exchange, cancellationToken);
        if (!IsCompressible(reply)) return reply;
        reply = reply.With("Vary", "Accept-Encoding");
        return Negotiate(exchange.Header("Accept-Encoding")) is { } coding ? Compress(reply, coding) : reply;
    };

    /// <summary>The coding the client likes best: <c>br</c> or <c>gzip</c>, br where it likes both the same; null: none.</summary>
    public static string? Negotiate(string? accepted)
    {
        if (string.IsNullOrEmpty(accepted)) return null;
        var (best, quality) = ((string?)null, 0.0);
        foreach (var one in accepted.Split(','))
        {
            var parts = one.Split(';', StringSplitOptions.TrimEntries);
            var coding = parts[0] is "*" ? "gzip" : parts[0].ToLowerInvariant();
            if (coding is not ("br" or "gzip") || Quality(parts) is not (var liked and > 0)) continue;
            if (liked > quality || (liked == quality && coding == "br")) (best, quality) = (coding, liked);
        }
        return best;
    }

    /// <summary><c>"abc"</c> -> <c>"abc-br"</c>.</summary>
    public static string WithCoding(string tag, string? coding) => coding is null ? tag : $"{tag[..^1]}-{coding}\"";

    static double Quality(string[] parts) =>
        parts.Skip(1).FirstOrDefault(part => part.StartsWith("q=", StringComparison.OrdinalIgnoreCase)) is not { } quality ? 1
        : double.TryParse(quality[2..], System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : 0;

    static bool IsCompressible(Reply reply) =>
        (reply.Stream is not null ? reply.StreamLength is null or > Worthwhile : reply.Body.Length > Worthwhile)
        && reply.Status != 206
        && reply.ContentType is { } type
        && (type.StartsWith("text/", StringComparison.Ordinal) || type.Contains("json", StringComparison.Ordinal) || type.Contains("javascript", StringComparison.Ordinal));

    static Reply Compress(Reply reply, string coding)
    {
        reply = reply with
        {
            Headers = [.. reply.Headers.Where(field => field.Name != "Repr-Digest").Select(field => field.Name == "ETag" ? (field.Name, WithCoding(field.Value, coding)) : field), ("Content-Encoding", coding)],
        };
        return reply.Stream is { } stream
            ? reply with { StreamLength = null, Stream = (output, stopping) => StreamAsync(stream, coding, output, stopping) }
            : reply with { Body = reply.Forms?.Get(coding, reply.Body) ?? Encode(reply.Body, coding, CompressionLevel.Fastest) };
    }

    /// <summary>A body that breaks off must not get the coding's proper end, so the encoder is finished only after success.</summary>
    static async Task StreamAsync(BodyStream stream, string coding, Stream output, CancellationToken stopping)
    {
#pragma warning disable CA2000 // Deliberately not disposed after a failure.
        var encoder = Encoder(output, coding, CompressionLevel.Fastest);
#pragma warning restore CA2000
        await stream(encoder, stopping);
        await encoder.DisposeAsync();
    }

    internal static ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> body, string coding, CompressionLevel level)
    {
        using var encoded = new MemoryStream();
        using (var encoder = Encoder(encoded, coding, level)) encoder.Write(body.Span);
        return encoded.ToArray();
    }

    static Stream Encoder(Stream output, string coding, CompressionLevel level) =>
        coding == "br" ? new BrotliStream(output, level, leaveOpen: true) : new GZipStream(output, level, leaveOpen: true);
}

/// <summary>The compressed forms of one body, each made once.</summary>
/// <param name="grown">Told how many bytes a new form takes.</param>
internal sealed class CompressedForms(Action<int> grown)
{
    readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> forms = new(StringComparer.Ordinal);

    public ReadOnlyMemory<byte> Get(string coding, ReadOnlyMemory<byte> body)
    {
        if (forms.TryGetValue(coding, out var known)) return known;
        var encoded = Compression.Encode(body, coding, CompressionLevel.Optimal);
        if (forms.TryAdd(coding, encoded)) grown(encoded.Length);
        return encoded;
    }
}
