// The mode 'words': a line must contain every word, in any order, and the words are the matches. grep does it with a Perl pattern:
// look-aheads at the start of the line select it, and from there, or from where the last match ended (\G), the next word is found;
// \K leaves out what lies between. Where the pattern needs no Unicode, grep reads bytes, and a line may hold any.

using System.Text;

namespace TinyGrepServer.Search;

internal static class Words
{
    /// <summary>What a letter of a word is to grep's <c>-w</c>.</summary>
    const string WordLetter = @"[_\p{L}\p{N}]";

    /// <summary>The words of a term, each once, in order; a word ends at white space.</summary>
    public static IReadOnlyList<string> Of(string term) =>
        [.. term.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    /// <summary>The Perl pattern that selects the lines.</summary>
    public static string Selecting(SearchQuery query) => "^" + LookAheads(query);

    /// <summary>The Perl pattern that selects these lines and matches each word in them, of two that begin alike the longer one.</summary>
    public static string Marking(SearchQuery query)
    {
        var longestFirst = Of(query.Term).OrderByDescending(word => word.Length).Select(word => Pattern(word, query));
        return $@"(?:^{LookAheads(query)}|(?!^)\G).*?\K(?:{string.Join('|', longestFirst)})";
    }

    /// <summary>Whether grep may read bytes instead of UTF-8: a word's own bytes are found alike, and so are both cases of ASCII.</summary>
    public static bool AreBytes(SearchQuery query) =>
        query.Mode == SearchMode.Words && !query.Word && (!query.IgnoreCase || Ascii.IsValid(query.Term));

    static string LookAheads(SearchQuery query) => string.Concat(Of(query.Term).Select(word => $"(?=.*{Pattern(word, query)})"));

    static string Pattern(string word, SearchQuery query)
    {
        var literal = Quote(word);
        return query.Word ? $"(?<!{WordLetter}){literal}(?!{WordLetter})" : literal;
    }

    static string Quote(string word)
    {
        var quoted = new StringBuilder(2 * word.Length);
        foreach (var letter in word)
        {
            if (char.IsAscii(letter) && !char.IsAsciiLetterOrDigit(letter)) quoted.Append('\\');
            quoted.Append(letter);
        }
        return quoted.ToString();
    }
}
