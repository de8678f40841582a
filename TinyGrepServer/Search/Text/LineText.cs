// A line as a person sees it: without its line ending, which in files from Windows is a carriage return and a newline.

namespace TinyGrepServer.Search;

internal static class LineText
{
    /// <summary>Takes the carriage returns before newlines out of a text, in place.</summary>
    /// <returns>How many bytes are left, at its beginning.</returns>
    public static int WithoutReturns(Span<byte> text)
    {
        var to = text.IndexOf("\r\n"u8);
        if (to < 0) return text.Length;
        for (var from = to + 1; ; from++)
        {
            var rest = text[from..];
            var next = rest.IndexOf("\r\n"u8);
            if (next >= 0) rest = rest[..next];
            rest.CopyTo(text[to..]);
            (from, to) = (from + rest.Length, to + rest.Length);
            if (next < 0) return to;
        }
    }

    /// <summary>Takes the carriage return off the end of a line that was found in the file as it is.</summary>
    /// <param name="line">Its bytes, without the newline.</param>
    /// <param name="bounds">
    /// What matched, as pairs of offsets in order: what reaches beyond the new end ends there, and what is empty then is gone.
    /// </param>
    /// <returns>The line as it is shown.</returns>
    public static ReadOnlySpan<byte> WithoutReturn(ReadOnlySpan<byte> line, ref Span<int> bounds)
    {
        if (!line.EndsWith((byte)'\r')) return line;
        line = line[..^1];
        while (bounds.Length > 0 && bounds[^1] > line.Length)
        {
            bounds[^1] = line.Length;
            if (bounds[^2] < line.Length) break;
            bounds = bounds[..^2];
        }
        return line;
    }
}
