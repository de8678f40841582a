// Base64url as we write it: without padding, and in its one canonical form (RFC 4648, sections 3.2 to 3.5 and 5). The framework's
// decoder also takes padding and white space, so that one value could be sent in many spellings; here each has one.

using System.Buffers;
using System.Buffers.Text;

namespace TinyGrepServer.Server;

internal static class StrictBase64Url
{
    static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The bytes, one at least; null where the text is not what we would have written for any.</summary>
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
