// How durations, sizes and numbers are written in options: 500ms, 10s, 2m, 1h, 7d, a bare number is seconds; 64KiB, 1MiB.
// Each kind has one place that says what is allowed, for text and for values set in code alike.

using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer;

/// <summary>Reads the values of options; what cannot be read is a <see cref="FormatException"/> that says what was expected.</summary>
internal static class Units
{
    const long MaxSize = 1L << 50;

    static readonly (string Suffix, double Seconds)[] Durations =
        [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("", 1)];

    static readonly (string Suffix, long Bytes)[] Sizes =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("B", 1), ("", 1)];

    /// <summary>The longest wait a timer of the runtime takes is just under 50 days.</summary>
    static readonly TimeSpan MaxDuration = TimeSpan.FromDays(49);

    public static TimeSpan Duration(string text)
    {
        foreach (var (suffix, seconds) in Durations)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal) || !TryDecimal(text[..^suffix.Length], out var number)) continue;
            var value = number * seconds;
            if (value <= MaxDuration.TotalSeconds) return TimeSpan.FromSeconds(value);
        }
        return Allowed((TimeSpan?)null);
    }

    public static long Size(string text)
    {
        foreach (var (suffix, bytes) in Sizes)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            if (TryDecimal(text[..^suffix.Length], out var number) && number * bytes <= MaxSize) return (long)(number * bytes);
        }
        return Allowed((long?)null);
    }

    public static int Integer(string text, int min, int max) =>
        Allowed(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null, min, max);

    /// <summary><c>20%</c> -> 0.2; a bare number is percent, too.</summary>
    public static double Percent(string text, int max) =>
        Allowed(TryDecimal(text.EndsWith('%') ? text[..^1] : text, out var number) ? number / 100 : null, max);

    public static bool Flag(string text) => text switch
    {
        "true" or "on" or "yes" or "1" => true,
        "false" or "off" or "no" or "0" => false,
        _ => throw new FormatException("true or false"),
    };

    public static T OneOf<T>(string text)
        where T : struct, Enum =>
        Allowed(Enum.GetNames<T>().Any(name => name.Equals(text, StringComparison.OrdinalIgnoreCase))
            ? Enum.Parse<T>(text, ignoreCase: true)
            : (T?)null);

    public static TimeSpan Allowed(TimeSpan? duration) => duration is { } known && known >= TimeSpan.Zero && known <= MaxDuration
        ? known
        : throw new FormatException("a duration up to 49d, such as 500ms, 10s, 2m, 1h or 7d");

    public static long Allowed(long? size) => size is { } known && known >= 0 && known <= MaxSize
        ? known
        : throw new FormatException("a size, such as 64KiB, 1MiB or 2GiB");

    public static int Allowed(int? number, int min, int max) => number is { } known && known >= min && known <= max
        ? known
        : throw new FormatException($"an integer in {min}..{max}");

    public static double Allowed(double? share, int max) => share is { } known && known >= 0 && known <= max / 100.0
        ? known
        : throw new FormatException($"a percentage in 0%..{max}%");

    public static T Allowed<T>(T? choice)
        where T : struct, Enum =>
        choice is { } known && Enum.IsDefined(known)
            ? known
            : throw new FormatException($"one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");

    static bool TryDecimal(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
        && double.IsFinite(number); // -Infinity passes every style
}
