// JSON Web Signature in compact form with HS256 (RFC 7515): header.payload.signature. The algorithm is never taken from the
// token: what does not say HS256 is refused before any key is looked at (RFC 8725, section 3.1).

using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TinyGrepServer.Access;

internal static class JsonWebSignature
{
    const int MaxLength = 4_096;

    static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

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
        return Decode(header) is { } first && Decode(payload) is { } second && Decode(signature) is { } third
            ? (first, second, third)
            : null;
    }

    /// <summary>Whether the token's signature is the key's; the time it takes does not depend on where it differs.</summary>
    public static bool IsSignedWith(string token, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> key)
    {
        var signed = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
        return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, signed), signature);
    }

    /// <summary>
    /// Base64url without padding, and only in its one canonical form: <c>Base64Url</c> itself lets padding and white space pass.
    /// </summary>
    public static byte[]? Decode(string text)
    {
        if (text.Length == 0 || text.Length % 4 == 1 || text.AsSpan().ContainsAnyExcept(Alphabet)) return null;
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException) // stray bits in the last character
        {
            return null;
        }
    }
}
