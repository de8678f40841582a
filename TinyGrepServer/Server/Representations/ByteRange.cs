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
        const string Unit = "bytes=";
        if (header is null || !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase)) return null;
        if (header.Contains(',', StringComparison.Ordinal)) return null;
        var range = header[Unit.Length..].Trim();
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0) return null;
        var (left, right) = (range[..dash], range[(dash + 1)..]);
        var (first, last) = (Number(left), Number(right));
        if (first is null && left.Length > 0) return null;
        if (last is null && right.Length > 0) return null;
        if (first is null) return Last(last, total);
        if (last < first) return null;
        return Slice(first.Value, Math.Min(last ?? long.MaxValue, total - 1), total);
    }

    /// <summary>The last so many bytes; of nothing these are nothing, which no 206 can say, so the whole is sent.</summary>
    static ByteRange? Last(long? count, long total) =>
        count is null || (total == 0 && count > 0) ? null : Slice(Math.Max(0, total - count.Value), total - 1, total);

    static ByteRange Slice(long from, long to, long total) => from <= to
        ? new ByteRange(from, to - from + 1)
        : throw new ApiError(416, $"The range begins after the end; there are {total} bytes.", ("Content-Range", $"bytes */{total}"));

    /// <summary>A number may have any length; none of ours is larger than a long can say.</summary>
    static long? Number(string digits)
    {
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit)) return null;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
    }
}
