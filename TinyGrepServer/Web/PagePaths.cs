// The field "in" of the pages: names, folders and globs with white space between them, in quotes where they hold some.
// question.js reads and writes it the same.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Web;

internal static partial class PagePaths
{
    /// <summary>The entries as <c>dictionary</c> takes them.</summary>
    public static IEnumerable<string> Split(string text) =>
        Entries().Matches(text).Select(entry => entry.Groups["quoted"].Success
            ? entry.Groups["not"].Value + entry.Groups["quoted"].Value
            : entry.Value);

    public static string Join(IEnumerable<string> entries) => string.Join(' ', entries.Select(Quoted));

    /// <summary>The entry that is this file and no other: a leading <c>!</c> would exclude it.</summary>
    public static string EntryOf(string name) => name.StartsWith('!') ? "/" + GlobLetters().Replace(name, @"\$0") : name;

    /// <summary>A quote within quotes cannot be written; as a glob, any letter fits there.</summary>
    static string Quoted(string entry)
    {
        if (!NeedsQuotes().IsMatch(entry)) return entry;
        var isExclusion = entry.StartsWith('!');
        return $"{(isExclusion ? "!" : "")}\"{entry[(isExclusion ? 1 : 0)..].Replace('"', '?')}\"";
    }

    [GeneratedRegex("""(?<not>!?)"(?<quoted>[^"]*)"|\S+""")]
    private static partial Regex Entries();

    [GeneratedRegex("""^!?"|\s""")]
    private static partial Regex NeedsQuotes();

    [GeneratedRegex(@"[!*?[\]{}\\]")]
    private static partial Regex GlobLetters();
}
