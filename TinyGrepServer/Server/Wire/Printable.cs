// Text from outside, made safe for an error message or a log line: short, and without control characters.

using System.Text;

namespace TinyGrepServer.Server;

internal static class Printable
{
    /// <summary>The first <paramref name="max"/> characters of a text, control characters and lone surrogates shown as <c>?</c>.</summary>
    public static string Excerpt(string text, int max)
    {
        var excerpt = new StringBuilder(Math.Min(text.Length, max) + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (excerpt.Length >= max) return excerpt.Append('…').ToString();
            excerpt.Append(Rune.IsControl(rune) || rune == Rune.ReplacementChar ? "?" : rune.ToString());
        }
        return excerpt.ToString();
    }
}
