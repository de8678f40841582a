// The beginning of a match as JSON: where it is, its text, and which parts matched.

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
        output.Append(",\"bounds\":["u8);
        JsonText.AppendBounds(output, line.Text, line.Bounds);
        output.Append((byte)']');
    }
}
