// Which terms need no regular-expression engine: those in which every character stands for itself. In UTF-8 such a term
// matches exactly where its bytes occur, because no character's bytes occur inside another's.

using System.Text;

namespace TinyGrepServer.Search;

internal static class ScanTerm
{
    const string BasicSpecial = "\\[]*.^$";
    const string ExtendedSpecial = BasicSpecial + "+?{}()|";

    /// <summary>The bytes to look for, none where every line is wanted; null where only grep can answer.</summary>
    public static byte[]? Of(SearchQuery query)
    {
        if (query is not { IgnoreCase: false, Word: false, Line: false, Invert: false }) return null;
        return Special(query.Mode) is { } special && !query.Term.AsSpan().ContainsAny(special) ? Encoding.UTF8.GetBytes(query.Term) : null;
    }

    /// <summary>Perl expressions always go to grep: PCRE has its own mind about bytes that are not UTF-8.</summary>
    static string? Special(SearchMode mode) => mode switch
    {
        SearchMode.Fixed or SearchMode.EveryLine => "",
        SearchMode.Basic => BasicSpecial,
        SearchMode.Extended => ExtendedSpecial,
        _ => null,
    };
}
