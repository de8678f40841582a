// Accept and Accept-Encoding (RFC 9110, section 12.5): what a client accepts, with which quality, and which of our forms it prefers.
// Nothing is ever refused with 406: a client that accepts none of them gets the first, and can tell by its Content-Type.

using System.Globalization;

namespace TinyGrepServer.Server;

/// <summary>One element of the list.</summary>
/// <param name="Name">A media range or a content coding, in lower case.</param>
/// <param name="Quality">0 (not acceptable) to 1.</param>
internal readonly record struct Accepted(string Name, double Quality);

internal static class ContentNegotiation
{
    /// <summary>
    /// The media type the client likes best: by quality, then the one it names more closely, then the one it names first.
    /// Parameters but <c>q</c> are not looked at.
    /// </summary>
    /// <param name="accept">The field Accept.</param>
    /// <param name="offered">What there is, in our own order; the first one is the default.</param>
    public static string MediaType(string? accept, params ReadOnlySpan<string> offered)
    {
        var wanted = Parse(accept);
        var best = offered[0];
        var bestRank = (Quality: 0.0, Closeness: 0, Place: 0);
        foreach (var type in offered)
        {
            var rank = Rank(wanted, type);
            if (rank.Quality <= 0 || rank.CompareTo(bestRank) <= 0) continue;
            (best, bestRank) = (type, rank);
        }
        return best;
    }

    /// <summary>The elements of the field in their order; an unreadable quality counts as 0.</summary>
    public static IReadOnlyList<Accepted> Parse(string? field)
    {
        List<Accepted> list = [];
        foreach (var element in Split(field ?? "", ','))
        {
            var parts = Split(element, ';');
            if (parts.Count > 0) list.Add(new Accepted(parts[0].ToLowerInvariant(), QualityOf(parts)));
        }
        return list;
    }

    /// <summary>What the list says of that name; null: it does not name it.</summary>
    public static double? QualityOf(this IReadOnlyList<Accepted> list, string name)
    {
        foreach (var one in list)
        {
            if (one.Name == name) return one.Quality;
        }
        return null;
    }

    /// <summary>The closest range decides (section 12.5.1): <c>text/plain;q=0, text/*</c> is no to text/plain.</summary>
    static (double Quality, int Closeness, int Place) Rank(IReadOnlyList<Accepted> wanted, string type)
    {
        string[] ranges = [type, $"{type.Split('/')[0]}/*", "*/*"];
        for (var at = 0; at < ranges.Length; at++)
        {
            if (wanted.QualityOf(ranges[at]) is not { } quality) continue;
            var place = wanted.TakeWhile(one => one.Name != ranges[at]).Count();
            return (quality, ranges.Length - at, -place);
        }
        return default;
    }

    static double QualityOf(List<string> parts)
    {
        var quality = parts.Skip(1).FirstOrDefault(part => part.StartsWith("q=", StringComparison.OrdinalIgnoreCase));
        if (quality is null) return 1;
        var isNumber = double.TryParse(
            quality.AsSpan("q=".Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value);
        return isNumber && value <= 1 ? value : 0;
    }

    /// <summary>The pieces between separators, trimmed, none of them empty; a quoted string is not split.</summary>
    static List<string> Split(string text, char separator)
    {
        List<string> pieces = [];
        var (from, quoted) = (0, false);
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && text[at] == '\\' && quoted) at++;
            else if (at < text.Length && text[at] == '"') quoted = !quoted;
            else if (at == text.Length || (text[at] == separator && !quoted))
            {
                var piece = text[from..at].Trim();
                if (piece.Length > 0) pieces.Add(piece);
                from = at + 1;
            }
        }
        return pieces;
    }
}
