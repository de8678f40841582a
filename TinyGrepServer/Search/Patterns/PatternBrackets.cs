// Bracket expressions: [abc], [^]x], [a-z[:digit:]]. A backslash is a character like others in them, but not in Perl's.
// Collating symbols, equivalence classes, unknown classes and odd escapes are not understood.

namespace TinyGrepServer.Search;

internal static class PatternBrackets
{
    /// <summary>More members than these make no literal that is worth asking for.</summary>
    const int MaxMembers = 4;

    static readonly string[] Classes =
        ["alpha", "alnum", "digit", "lower", "upper", "punct", "space", "blank", "cntrl", "graph", "print", "xdigit"];

    /// <summary>Reads what follows the opening bracket, the closing one included.</summary>
    /// <param name="pattern">The whole pattern.</param>
    /// <param name="at">Where the rest of it begins; afterwards behind the closing bracket.</param>
    /// <param name="isPerl">Whether backslashes escape.</param>
    /// <returns>Null: not understood, or no closing bracket.</returns>
    public static PatternNode.OneOf? Read(string pattern, ref int at, bool isPerl)
    {
        var negated = at < pattern.Length && pattern[at] == '^';
        if (negated) at++;
        var members = "";
        var listed = true; // whether members holds all of them
        var carriageReturn = negated;
        for (var first = true; ; first = false)
        {
            if (at == pattern.Length) return null;
            var letter = pattern[at++];
            if (letter == ']' && !first) break;
            if (letter == '[' && at < pattern.Length && pattern[at] is ':' or '.' or '=')
            {
                if (Class(pattern, ref at) is not { } name) return null;
                listed = false;
                carriageReturn |= name is "space" or "cntrl";
                continue;
            }
            if (letter == '\\' && isPerl)
            {
                if (at == pattern.Length || !IsHarmlessEscape(pattern[at++])) return null;
                listed = false;
                carriageReturn = true;
                continue;
            }
            if (IsRange(pattern, at))
            {
                if (pattern[at + 1] is '[' or '\\') return null;
                listed = false;
                carriageReturn |= letter <= '\r' && pattern[at + 1] >= '\r';
                at += 2;
                continue;
            }
            listed &= char.IsAscii(letter);
            carriageReturn |= letter == '\r';
            members += letter;
        }
        return new PatternNode.OneOf(!negated && listed && members.Length <= MaxMembers ? members : null, carriageReturn);
    }

    static bool IsRange(string pattern, int at) => at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']';

    /// <summary>The name of a class such as <c>[:alpha:]</c>, from behind its first bracket on.</summary>
    static string? Class(string pattern, ref int at)
    {
        foreach (var name in Classes)
        {
            var text = $":{name}:]";
            if (string.CompareOrdinal(pattern, at, text, 0, text.Length) != 0) continue;
            at += text.Length;
            return name;
        }
        return null;
    }

    /// <summary>Whether a Perl escape ends with this character, or goes on without a closing bracket or a quotation.</summary>
    static bool IsHarmlessEscape(char letter) =>
        char.IsAsciiDigit(letter)
        || (char.IsAscii(letter) && !char.IsAsciiLetter(letter) && !char.IsControl(letter))
        || "dDwWsShHvVnrtfaexpPb".Contains(letter, StringComparison.Ordinal);
}
