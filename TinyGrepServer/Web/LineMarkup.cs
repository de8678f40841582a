// A line as HTML: matched parts marked, and of a long one an excerpt around its first match. lines.js draws the same.

namespace TinyGrepServer.Web;

internal static class LineMarkup
{
    /// <summary>Characters shown of a long line among results, and those before its first matched part.</summary>
    const int MaxShown = 400;
    const int Lead = 100;

    static readonly Markup Ellipsis = new("<span class=\"cut\">…</span>");

    /// <summary>An excerpt of a line, with its bounds in UTF-16 units of the whole line.</summary>
    public static Markup Excerpt(string text, IReadOnlyList<IReadOnlyList<int>> bounds)
    {
        var (start, end) = Shown(text, bounds.Count > 0 ? bounds[0][0] : 0);
        var marked = Marked(text, bounds, start, end);
        return Markup.Of($"{(start > 0 ? Ellipsis : Markup.Empty)}{marked}{(end < text.Length ? Ellipsis : Markup.Empty)}");
    }

    /// <summary>A whole line, or as much as there is of it.</summary>
    public static Markup Marked(string text, IReadOnlyList<IReadOnlyList<int>> bounds) => Marked(text, bounds, 0, text.Length);

    static Markup Marked(string text, IReadOnlyList<IReadOnlyList<int>> bounds, int start, int end)
    {
        List<Markup> pieces = [];
        var at = start;
        foreach (var bound in bounds)
        {
            var (from, to) = (Math.Clamp(bound[0], at, end), Math.Clamp(bound[1], at, end));
            if (from == to) continue;
            pieces.Add(Markup.Of($"{text[at..from]}<mark>{text[from..to]}</mark>"));
            at = to;
        }
        pieces.Add(Markup.Of($"{text[at..end]}"));
        return Markup.Join(pieces);
    }

    /// <summary>The part of a long line that is shown, without halving a character.</summary>
    static (int Start, int End) Shown(string text, int first)
    {
        if (text.Length <= MaxShown) return (0, text.Length);
        var start = Math.Clamp(first - Lead, 0, text.Length - MaxShown);
        if (start > 0 && char.IsLowSurrogate(text[start])) start--;
        var end = Math.Min(text.Length, start + MaxShown);
        if (end < text.Length && char.IsLowSurrogate(text[end])) end++;
        return (start, end);
    }
}
