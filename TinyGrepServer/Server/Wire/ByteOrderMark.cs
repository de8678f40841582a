// A byte order mark before JSON may be ignored when reading (RFC 8259, section 8.1), and must not be written.

namespace TinyGrepServer.Server;

internal static class ByteOrderMark
{
    /// <summary>The text without the mark of UTF-8 that some programs put before it.</summary>
    public static ReadOnlyMemory<byte> Skip(ReadOnlyMemory<byte> utf8) => utf8[LengthIn(utf8.Span)..];

    /// <summary>The text without the mark of UTF-8 that some programs put before it.</summary>
    public static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> utf8) => utf8[LengthIn(utf8)..];

    static int LengthIn(ReadOnlySpan<byte> utf8) => utf8.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
}
