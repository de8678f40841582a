// The content codings br and gzip (RFC 9110, section 8.4): which one a client prefers, and the encoders.

using System.IO.Compression;

namespace TinyGrepServer.Server;

internal static class ContentCoding
{
    static readonly string[] Ours = ["br", "gzip"];

    /// <summary>The coding the client likes best: <c>br</c> or <c>gzip</c>, br where it likes both the same; null: none.</summary>
    /// <param name="accepted">The field Accept-Encoding.</param>
    public static string? Negotiate(string? accepted)
    {
        if (string.IsNullOrEmpty(accepted)) return null;
        var wanted = ContentNegotiation.Parse(accepted);
        var others = wanted.QualityOf("*") ?? 0;
        string? best = null;
        var bestQuality = 0.0;
        foreach (var coding in Ours)
        {
            var quality = wanted.QualityOf(coding) ?? (coding == "gzip" ? wanted.QualityOf("x-gzip") : null) ?? others;
            if (quality > bestQuality) (best, bestQuality) = (coding, quality);
        }
        return wanted.QualityOf("identity") > bestQuality ? null : best;
    }

    /// <summary>Whether the client does not take a body as it is: <c>identity;q=0</c>, or <c>*;q=0</c> without identity.</summary>
    public static bool RefusesIdentity(string? accepted)
    {
        if (string.IsNullOrEmpty(accepted)) return false;
        var wanted = ContentNegotiation.Parse(accepted);
        return (wanted.QualityOf("identity") ?? wanted.QualityOf("*")) == 0;
    }

    /// <summary><c>"abc"</c> -> <c>"abc-br"</c>.</summary>
    public static string Tag(string tag, string? coding) => coding is null ? tag : $"{tag[..^1]}-{coding}\"";

    /// <summary>The tags of all forms that stand for the same state: as it is, and in each coding.</summary>
    public static string[] Tags(string tag) => [tag, .. Ours.Select(coding => Tag(tag, coding))];

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
}
