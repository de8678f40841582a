// One range of a Range header (RFC 9110, section 14). Several ranges, or a unit that is not bytes, are ignored, which the
// RFC allows: the client then gets the whole.

using System.Globalization;

namespace TinyGrepServer.Server;

/// <param name="First">The first byte's offset.</param>
/// <param name="Length">How many bytes, at least 1.</param>
internal readonly record struct ByteRange(long First, long Length)
{
    /// <summary>The part of <paramref name="total"/> bytes that is asked for; null: the whole.</summary>
    /// <exception cref="ApiError">416: the range begins behind the end.</exception>
    public static ByteRange? Parse(string? header, long total)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase) || header.Contains(',', StringComparison.Ordinal)) return null;
        var range = header["bytes=".Length..].Trim();
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0) return null;
        long? first = Number(range[..dash]), last = Number(range[(dash + 1)..]);
        if ((first is null && dash > 0) || (last is null && dash < range.Length - 1) || (first ?? last) is null || last < first) return null;
        var from = first ?? Math.Max(0, total - last!.Value);
        var to = first is null ? total - 1 : Math.Min(last ?? long.MaxValue, total - 1);
        return from <= to
            ? new ByteRange(from, to - from + 1)
            : throw new ApiError(416, $"The range begins behind the end; there are {total} bytes.", ("Content-Range", $"bytes */{total}"));
    }

    static long? Number(string digits) =>
        digits.Length > 0 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
