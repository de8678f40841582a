// The beginning of a match as JSON: where it stands, its text, and what of it has matched.

using System.Text;

namespace TinyGrepServer.Search;

internal static class MatchJson
{
    /// <summary>Writes <c>{"dictionary":…,"line":…,"text":…,"bounds":[…]</c>; more members may follow.</summary>
    /// <param name="dictionary">Its name, quoted.</param>
    /// <param name="line">The line; its <see cref="FoundLine.Dictionary"/> is not looked at.</param>
    /// <param name="number">Its number in the dictionary.</param>
    /// <param name="quoted">Its text, quoted, where that is at hand.</param>
    public static void Begin(PooledBuffer output, ReadOnlySpan<byte> dictionary, in FoundLine line, long number, ReadOnlySpan<byte> quoted)
    {
        output.Append("{\"dictionary\":"u8);
        output.Append(dictionary);
        output.Append(",\"line\":"u8);
        output.Append(number);
        output.Append(",\"text\":"u8);
        if (quoted.Length > 0) output.Append(quoted);
        else JsonText.AppendQuoted(output, line.Text);
        WriteBounds(output, line);
    }

    /// <summary>Byte offsets become offsets in UTF-16 code units, which is how JavaScript and .NET count.</summary>
    static void WriteBounds(PooledBuffer output, in FoundLine line)
    {
        output.Append(",\"bounds\":["u8);
        var (bytes, units) = (0, 0);
        for (var at = 0; at < line.Bounds.Length; at++)
        {
            units += Encoding.UTF8.GetCharCount(line.Text[bytes..line.Bounds[at]]);
            bytes = line.Bounds[at];
            output.Append(at % 2 == 1 ? ","u8 : at == 0 ? "["u8 : ",["u8);
            output.Append((long)units);
            if (at % 2 == 1) output.Append((byte)']');
        }
        output.Append((byte)']');
    }
}
