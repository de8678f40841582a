// The content codings br and gzip (RFC 9110, section 8.4): which one a client likes best, and the encoders.

using System.Globalization;
using System.IO.Compression;

namespace TinyGrepServer.Server;

internal static class ContentCoding
{
    /// <summary>The coding the client likes best: <c>br</c> or <c>gzip</c>, br where it likes both the same; null: none.</summary>
    /// <param name="accepted">The field Accept-Encoding.</param>
    public static string? Negotiate(string? accepted)
    {
        if (string.IsNullOrEmpty(accepted)) return null;
        string? best = null;
        var bestQuality = 0.0;
        foreach (var one in accepted.Split(','))
        {
            var parts = one.Split(';', StringSplitOptions.TrimEntries);
            var coding = parts[0] is "*" ? "gzip" : parts[0].ToLowerInvariant();
            var quality = Quality(parts);
            if (coding is not ("br" or "gzip") || quality <= 0) continue;
            if (quality < bestQuality || (quality == bestQuality && coding != "br")) continue;
            best = coding;
            bestQuality = quality;
        }
        return best;
    }

    /// <summary><c>"abc"</c> -> <c>"abc-br"</c>.</summary>
    public static string Tag(string tag, string? coding) => coding is null ? tag : $"{tag[..^1]}-{coding}\"";

    /// <summary>A whole body, encoded.</summary>
    public static ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> body, string coding, CompressionLevel level)
    {
        using var encoded = new MemoryStream();
        using (var encoder = Encoder(encoded, coding, level)) encoder.Write(body.Span);
        return encoded.ToArray();
    }

    /// <summary>Encodes what is written to it into <paramref name="output"/>, which stays open; disposal writes the coding's end.</summary>
    public static Stream Encoder(Stream output, string coding, CompressionLevel level) => coding == "br"
        ? new BrotliStream(output, level, leaveOpen: true)
        : new GZipStream(output, level, leaveOpen: true);

    static double Quality(string[] parts)
    {
        var quality = parts.Skip(1).FirstOrDefault(part => part.StartsWith("q=", StringComparison.OrdinalIgnoreCase));
        if (quality is null) return 1;
        return double.TryParse(quality["q=".Length..], CultureInfo.InvariantCulture, out var value) ? value : 0;
    }
}
