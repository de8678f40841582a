// A cursor as a client carries it: letters that a query string and a header field take as they are, with a check at their end. A
// cursor with a changed letter must not skip matches silently.

using System.Buffers.Text;
using System.Security.Cryptography;

namespace TinyGrepServer.Search;

internal static class CursorLetters
{
    const int Check = 6;

    /// <summary>Writes bytes as letters.</summary>
    public static string Write(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString([.. bytes, .. CheckOf(bytes)]);

    /// <summary>Reads the bytes back; null where these letters were never written.</summary>
    /// <param name="most">More letters than this are not looked at.</param>
    public static byte[]? Read(string letters, int most)
    {
        if (letters.Length > most || !letters.All(IsOfOurAlphabet) || !Base64Url.IsValid(letters, out var length) || length < Check)
            return null;
        var bytes = Base64Url.DecodeFromChars(letters);
        return CheckOf(bytes.AsSpan(..^Check)).SequenceEqual(bytes.AsSpan(^Check..))
            && Base64Url.EncodeToString(bytes) == letters // the last letter may hold bits that say nothing
            ? bytes[..^Check]
            : null;
    }

    /// <summary>Asked before decoding, which would take padding and white space, too.</summary>
    static bool IsOfOurAlphabet(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';

    static ReadOnlySpan<byte> CheckOf(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes).AsSpan(0, Check);
}
