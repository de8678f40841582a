// JSON Web Signature in compact form with HS256 (RFC 7515): header.payload.signature. The algorithm is never taken from the
// token: what does not say HS256 is refused before any key is looked at (RFC 8725, section 3.1).

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

internal static class JsonWebSignature
{
    const int MaxLength = 4_096;

    /// <summary>Signs.</summary>
    /// <param name="header">The header's JSON, UTF-8.</param>
    /// <param name="payload">The payload, any bytes.</param>
    public static string Sign(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key)
    {
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>The parts of a token that has three well-formed ones; nothing of it is to be believed yet.</summary>
    public static (byte[] Header, byte[] Payload, byte[] Signature)? Split(string token)
    {
        if (token.Length > MaxLength || token.Split('.') is not [var header, var payload, var signature]) return null;
        return StrictBase64Url.Decode(header) is { } first
            && StrictBase64Url.Decode(payload) is { } second
            && StrictBase64Url.Decode(signature) is { } third
                ? (first, second, third)
                : null;
    }

    /// <summary>Whether the token's signature is the key's; the time it takes does not depend on where it differs.</summary>
    public static bool IsSignedWith(string token, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> key)
    {
        var signed = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
        return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, signed), signature);
    }
}
