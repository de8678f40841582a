// Percent-decoding that refuses what it cannot decode exactly: Uri.UnescapeDataString leaves invalid UTF-8 as it is, and would search for
// the literal text "%FF", which is not what was asked.

using System.Text;

namespace TinyGrepServer.Server;

internal static class PercentEncoding
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes one path segment, query name or query value.</summary>
    /// <param name="text">Raw text of the request line; HttpListener hands over each byte as one character.</param>
    /// <param name="plusIsSpace">True in a query, as HTML forms write it.</param>
    /// <exception cref="ApiError">400 where a <c>%</c> is not followed by two hexadecimal digits or the bytes are not UTF-8.</exception>
    public static string Decode(string text, bool plusIsSpace)
    {
        if (!text.AsSpan().ContainsAny('%', '+') && Ascii.IsValid(text)) return text;
        var bytes = new byte[text.Length];
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            if (letter == '%')
            {
                if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                    throw ApiError.BadRequest("The URL has a '%' that is not followed by two hexadecimal digits.");
                bytes[length++] = (byte)((HexValue(text[at + 1]) << 4) | HexValue(text[at + 2]));
                at += 2;
            }
            else if (letter > 0xFF)
            {
                throw ApiError.BadRequest("The URL has a character that is not percent-encoded.");
            }
            else
            {
                bytes[length++] = letter == '+' && plusIsSpace ? (byte)' ' : (byte)letter;
            }
        }
        try
        {
            return Strict.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw ApiError.BadRequest("The URL has percent-encoded bytes that are not UTF-8.");
        }
    }

    static int HexValue(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
