// Matches as HTML, for readers without scripts: by dictionary, with context, matched parts marked. Overlapping contexts are
// merged, as grep merges them. results.js draws the same.

using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

internal static class ResultsMarkup
{
    /// <summary>Characters shown of a long line, and those before its first matched part.</summary>
    const int MaxShown = 400;
    const int Lead = 100;

    static readonly Markup Ellipsis = new("<span class=\"cut\">…</span>");

    public static Markup Summary(Found found)
    {
        var count = found.Matches.Count;
        var what = count == 1 ? "1 match" : $"{count:N0} matches";
        return Markup.Of($"{found.StopReason switch
        {
            "end" when count == 0 => $"No line matches.{Skipped(found)}",
            "end" => $"{what}. That is all.{Skipped(found)}",
            "limit" => $"{what} so far; there are more.",
            "timeout" => $"{what}, but the time was up: not everything was searched.",
            _ => $"{what}, but a dictionary could not be read: not everything was searched.",
        }}");
    }

    /// <summary>What the rules left out of a search that did not name it.</summary>
    static string Skipped(Found found) =>
        found.Skipped.Count == 0 ? "" : $" Skipped: {string.Join(", ", found.Skipped.Select(one => $"{one.Value:N0} {one.Key}"))}.";

    public static Markup Write(Found found, string root) =>
        Markup.Join(found.Matches.GroupBy(match => match.Dictionary).Select(group => Section(group, root)));

    static Markup Section(IGrouping<string, FoundMatch> matches, string root)
    {
        var heading = Markup.Of($"<h2><a href=\"{PageLinks.Reader(root, matches.Key)}\">{matches.Key}</a></h2>");
        return Markup.Of($"<section>{heading}\n<ol>{Rows(matches, root)}</ol></section>\n");
    }

    static Markup Rows(IEnumerable<FoundMatch> matches, string root)
    {
        SortedDictionary<long, Markup> rows = [];
        foreach (var match in matches)
        {
            var line = match.Line - match.Before.Count;
            foreach (var text in match.Before) rows.TryAdd(line, Context(line++, text));
            rows[line] = Hit(match, root);
            foreach (var text in match.After) rows.TryAdd(++line, Context(line, text));
        }
        return Markup.Join(rows.Values);
    }

    static Markup Context(long line, string text) =>
        Markup.Of($"<li class=\"context\"><span class=\"number\">{line}</span><span class=\"text\">{Marked(text, [])}</span></li>\n");

    static Markup Hit(FoundMatch match, string root)
    {
        var row = Markup.Of(
            $"<span class=\"number\">{match.Line}</span><span class=\"text\">{Marked(match.Text, match.Bounds ?? [])}</span>");
        return Markup.Of($"<li class=\"hit\"><a href=\"{PageLinks.Line(root, match.Dictionary, match.Line)}\">{row}</a></li>\n");
    }

    static Markup Marked(string text, IReadOnlyList<IReadOnlyList<int>> bounds)
    {
        var (start, end) = Excerpt(text, bounds.Count > 0 ? bounds[0][0] : 0);
        List<Markup> pieces = start > 0 ? [Ellipsis] : [];
        var at = start;
        foreach (var bound in bounds)
        {
            var (from, to) = (Math.Clamp(bound[0], at, end), Math.Clamp(bound[1], at, end));
            if (from == to) continue;
            pieces.Add(Markup.Of($"{text[at..from]}<mark>{text[from..to]}</mark>"));
            at = to;
        }
        pieces.Add(Markup.Of($"{text[at..end]}"));
        if (end < text.Length) pieces.Add(Ellipsis);
        return Markup.Join(pieces);
    }

    /// <summary>The part of a long line that is shown, without halving a character.</summary>
    static (int Start, int End) Excerpt(string text, int first)
    {
        if (text.Length <= MaxShown) return (0, text.Length);
        var start = Math.Clamp(first - Lead, 0, text.Length - MaxShown);
        if (start > 0 && char.IsLowSurrogate(text[start])) start--;
        var end = Math.Min(text.Length, start + MaxShown);
        if (end < text.Length && char.IsLowSurrogate(text[end])) end++;
        return (start, end);
    }
}
