// Writes a dictionary's bytes as the inside of a JSON string, straight from grep's output. Runs that need no escape are
// found with vector instructions and copied whole. Bytes that are not UTF-8 become U+FFFD, as JSON is Unicode. And where a line matches.

using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace TinyGrepServer.Search;

internal static class JsonText
{
    static readonly SearchValues<byte> Special =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    /// <summary>Appends the text with quotes around it.</summary>
    public static void AppendQuoted(PooledBuffer output, ReadOnlySpan<byte> text)
    {
        output.Append((byte)'"');
        Append(output, text);
        output.Append((byte)'"');
    }

    /// <summary>Appends the text, escaped.</summary>
    public static void Append(PooledBuffer output, ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text)) text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        while (text.IndexOfAny(Special) is var special and >= 0)
        {
            output.Append(text[..special]);
            AppendEscape(output, text[special]);
            text = text[(special + 1)..];
        }
        output.Append(text);
    }

    /// <summary>Appends matched parts as <c>[3,7],[9,12]</c>: byte offsets become offsets in UTF-16 code units, which is how JavaScript
    /// and .NET count.</summary>
    public static void AppendBounds(PooledBuffer output, ReadOnlySpan<byte> text, ReadOnlySpan<int> bounds)
    {
        var (bytes, units) = (0, 0);
        for (var at = 0; at < bounds.Length; at++)
        {
            units += Encoding.UTF8.GetCharCount(text[bytes..bounds[at]]);
            bytes = bounds[at];
            output.Append(at % 2 == 1 ? ","u8 : at == 0 ? "["u8 : ",["u8);
            output.Append((long)units);
            if (at % 2 == 1) output.Append((byte)']');
        }
    }

    static void AppendEscape(PooledBuffer output, byte special)
    {
        switch (special)
        {
            case (byte)'"': output.Append("\\\""u8); break;
            case (byte)'\\': output.Append("\\\\"u8); break;
            case (byte)'\n': output.Append("\\n"u8); break;
            case (byte)'\r': output.Append("\\r"u8); break;
            case (byte)'\t': output.Append("\\t"u8); break;
            default:
                const string Digits = "0123456789abcdef";
                output.Append("\\u00"u8);
                output.Append((byte)Digits[special >> 4]);
                output.Append((byte)Digits[special & 15]);
                break;
        }
    }
}
