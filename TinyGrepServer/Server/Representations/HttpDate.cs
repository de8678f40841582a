// Dates as HTTP writes them (RFC 9110, section 5.6.7): one form is sent, the two obsolete ones are understood.

using System.Globalization;

namespace TinyGrepServer.Server;

internal static class HttpDate
{
    static readonly string[] Forms =
    [
        "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "dddd, dd-MMM-yy HH:mm:ss 'GMT'", // RFC 850
        "ddd MMM d HH:mm:ss yyyy",        // asctime
    ];

    /// <summary><c>Sun, 06 Nov 1994 08:49:37 GMT</c>; fractions of the second are left out.</summary>
    public static string Format(DateTimeOffset time) => time.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The date; null where there is none, or it is not a date as HTTP writes it.</summary>
    public static DateTimeOffset? Parse(string? text)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite; // asctime pads the day with a blank
        return DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, Utc, out var date) ? date : null;
    }
}
