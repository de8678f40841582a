// The header field traceparent (W3C Trace Context): version, trace id, parent span id, flags. One that is not exactly what
// the standard says counts as absent, and a new trace begins. A later version may add more after the four known fields.

using System.Buffers;
using System.Diagnostics;

namespace TinyGrepServer.Telemetry;

internal static class TraceParent
{
    const int Length = 55;
    const int MaxState = 512;

    static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>Who called; the default context where the field is missing or malformed.</summary>
    /// <param name="state">The field <c>tracestate</c>, which travels along where it is of a decent size.</param>
    public static ActivityContext Parse(string? parent, string? state)
    {
        if (parent is null || !IsWellFormed(parent)) return default;
        return new ActivityContext(
            ActivityTraceId.CreateFromString(parent.AsSpan(3, 32)),
            ActivitySpanId.CreateFromString(parent.AsSpan(36, 16)),
            (HexDigit(parent[54]) & 1) == 1 ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None,
            state is { Length: > 0 and <= MaxState } && state.All(letter => letter is >= ' ' and <= '~') ? state : null,
            isRemote: true);
    }

    static bool IsWellFormed(string text) =>
        text.Length >= Length
        && text[2] == '-' && text[35] == '-' && text[52] == '-'
        && IsHex(text.AsSpan(0, 2)) && IsHex(text.AsSpan(3, 32)) && IsHex(text.AsSpan(36, 16)) && IsHex(text.AsSpan(53, 2))
        && text.AsSpan(3, 32).ContainsAnyExcept('0') && text.AsSpan(36, 16).ContainsAnyExcept('0')
        && text.AsSpan(0, 2) switch
        {
            "ff" => false,
            "00" => text.Length == Length,
            _ => text.Length == Length || text[Length] == '-',
        };

    static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Hex);

    static int HexDigit(char digit) => digit <= '9' ? digit - '0' : digit - 'a' + 10;
}
