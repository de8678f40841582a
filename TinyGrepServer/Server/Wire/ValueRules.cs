// What a value that a client sends may be, checked and said in one place, wherever the value stood: in a query, in JSON, on a command
// line. A refusal names the value, what is expected and what came.

using System.Globalization;
using System.Numerics;

namespace TinyGrepServer.Server;

internal static class ValueRules
{
    /// <summary>An integer, in digits with or without a sign.</summary>
    /// <exception cref="ApiError">400: no integer, or one that <typeparamref name="T"/> does not hold.</exception>
    public static T Integer<T>(string text, string name)
        where T : IBinaryInteger<T> =>
        T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refusal(name, "an integer", text);

    /// <summary>An integer within its range, in digits alone.</summary>
    /// <param name="min">The minimum, 0 or more.</param>
    /// <param name="max">The maximum; null: whatever <typeparamref name="T"/> holds.</param>
    /// <param name="unit">What it counts, where the name does not say.</param>
    /// <exception cref="ApiError">400: no integer, or out of range.</exception>
    public static T Integer<T>(string text, string name, T min, T? max, string? unit)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var isInteger = T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isInteger && number >= min && number <= (max ?? T.MaxValue)) return number;
        var range = max is null ? $"from {min}" : $"in {min}..{max}";
        throw Refusal(name, unit is null ? $"an integer {range}" : $"an integer of {unit} {range}", text);
    }

    /// <summary>An integer that has come as one, within its range.</summary>
    /// <param name="unit">What it counts, where the name does not say.</param>
    /// <exception cref="ApiError">400: out of range.</exception>
    public static int InRange(int value, int min, int max, string name, string? unit = null) =>
        value >= min && value <= max
            ? value
            : throw ApiError.BadRequest($"'{name}' must be {min}..{max}{(unit is null ? "" : $" {unit}")}, not {value}.");

    /// <summary>One word of several.</summary>
    /// <param name="choices">Two at least.</param>
    /// <exception cref="ApiError">400: none of them.</exception>
    public static string OneOf(string value, IReadOnlyList<string> choices, string name) =>
        choices.Contains(value) ? value : throw Refusal(name, $"{string.Join(", ", choices.SkipLast(1))} or {choices[^1]}", value);

    /// <summary>400: a text that is not what it must be.</summary>
    public static ApiError Refusal(string name, string expected, string text) =>
        ApiError.BadRequest($"'{name}' must be {expected}, not '{Printable.Excerpt(text, 32)}'.");
}
