// A cursor as a client carries it: letters that a query string and a header field take as they are, with a check at their end. A
// cursor with a changed letter must not skip matches silently.

using System.Buffers.Text;
using System.Security.Cryptography;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal static class CursorLetters
{
    const int Check = 6;

    /// <summary>Writes bytes as letters.</summary>
    public static string Write(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString([.. bytes, .. CheckOf(bytes)]);

    /// <summary>Reads the bytes back; null where these letters were never written.</summary>
    /// <param name="max">More letters than this are not looked at.</param>
    public static byte[]? Read(string letters, int max)
    {
        if (letters.Length > max || StrictBase64Url.Decode(letters) is not { Length: >= Check } bytes) return null;
        return CheckOf(bytes.AsSpan(..^Check)).SequenceEqual(bytes.AsSpan(^Check..)) ? bytes[..^Check] : null;
    }

    static ReadOnlySpan<byte> CheckOf(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes).AsSpan(0, Check);
}
