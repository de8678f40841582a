// What the reader shows as HTML: numbered lines with their matches marked, and the links from there. reader.js draws the same.

using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

/// <param name="root">The path before ours.</param>
/// <param name="name">The file.</param>
/// <param name="question">What is marked in it.</param>
internal sealed class ReaderMarkup(string root, string name, PageQuestion question)
{
    static readonly string[] Toggled = ["q", "mode", "ignore_case", "word"];

    readonly string reader = PageLinks.Reader(root, name);

    public static Markup Summary(Window window, int column)
    {
        var last = window.From + window.Lines.Count - 1;
        return (window.Lines.Count, window.Total) switch
        {
            (1, _) when column > 0 => Markup.Of($"Line {window.From:N0} from column {column + 1L:N0}"),
            (0, 0) => new("This file is empty."),
            (0, var total) => Markup.Of($"There is no line {window.From:N0}; the last one is {total ?? 0:N0}."),
            (_, not null) when window.Problem is { } problem => Markup.Of($"Lines {window.From:N0} to {last:N0}; {problem}"),
            (_, { } total) => Markup.Of($"Lines {window.From:N0} to {last:N0} of {total:N0}"),
            (_, null) => Markup.Of($"Lines {window.From:N0} to {last:N0}"),
        };
    }

    public static Markup Facts(Listed file)
    {
        var form = file.Form is null or "plain" or "binary" ? "" : $" · {file.Form}";
        return Markup.Of($"{FilesMarkup.Size(file.Bytes)} · {FilesMarkup.Time(file.Modified)}{form}");
    }

    /// <summary>The options of the question that have no button here; the next question keeps them.</summary>
    public static Markup Carried(PageQuestion question)
    {
        var syntax = question.Mode is "fixed" or "extended" ? [] : new[] { ("mode", question.Mode) };
        return Markup.Join(question.LineParameters.Where(one => !Toggled.Contains(one.Name)).Concat(syntax)
            .Select(one => Markup.Of($"<input type=\"hidden\" name=\"{one.Item1}\" value=\"{one.Item2}\">")));
    }

    public Markup NoText()
    {
        var download = Markup.Of($"<a class=\"button\" download href=\"{PageLinks.File(root, name)}\">Download it</a>");
        var asText = Markup.Of($"<a class=\"button\" href=\"{reader}?as=text\">Show it as text</a>");
        return Markup.Of($"<p class=\"notice\">This is not a text file; its bytes would be unreadable. {download} {asText}</p>");
    }

    /// <summary>How many there are up to here, and the ways to the ones outside the window.</summary>
    public Markup Matches(WindowMatches found)
    {
        List<Markup> parts = [];
        if (found.Previous is { } previous) parts.Add(Link(previous, "prev", "Previous match"));
        if (found.Next is { } next) parts.Add(Link(next, "next", "Next match"));
        if (found is { Lines.Count: 0, Previous: null, Next: null })
            parts.Add(new Markup(found.StopReason == "end" ? "No line matches." : "Not everything could be searched."));
        return Markup.Join(parts);

        Markup Link(long line, string way, string label) => Markup.Of(
            $"<a class=\"button\" data-way=\"{way}\" href=\"{PageLinks.Line(root, name, line, question.LineParameters)}\">{label}</a>");
    }

    public Markup Turn(Window window, int lines)
    {
        List<Markup> links = [];
        if (window.From > 1)
        {
            links.Add(Link(1, "", "First"));
            links.Add(Link(Math.Max(1, window.From - lines), " rel=\"prev\"", "Previous"));
        }
        if (window.Next is { } next) links.Add(Link(next, " rel=\"next\"", "Next"));
        if (window.Total is { } total && window.From + window.Lines.Count <= total)
            links.Add(Link(Math.Max(1, total - lines + 1), "", "Last"));
        return Markup.Join(links);

        Markup Link(long from, string relation, string label)
        {
            var query = PageQuestion.Query([("from", $"{from}"), .. question.LineParameters]);
            return Markup.Of($"<a class=\"button\"{new Markup(relation)} href=\"{reader}{query}\">{label}</a>");
        }
    }

    public Markup Lines(Window window, int column)
    {
        var matches = window.Found?.Lines.ToDictionary(match => match.Line, match => match.Bounds) ?? [];
        return Markup.Join(window.Lines.Select((text, at) =>
        {
            var number = window.From + at;
            var isHit = matches.TryGetValue(number, out var bounds);
            return Line(number, text, isHit, bounds ?? [], window.Cut.Contains(number), column);
        }));
    }

    Markup Line(long number, string text, bool isHit, IReadOnlyList<IReadOnlyList<int>> bounds, bool isCut, int column)
    {
        IReadOnlyList<IReadOnlyList<int>> shown = [.. bounds.Select(bound => new[] { bound[0] - column, bound[1] - column })];
        var before = column > 0 ? Walk(number, 0, "… from its beginning") : Markup.Empty;
        var after = isCut ? Walk(number, column + text.Length, "… the line goes on") : Markup.Empty;
        var beyond = isCut ? bounds.FirstOrDefault(bound => bound[0] >= column + text.Length) : null;
        var further = beyond is null
            ? Markup.Empty
            : Walk(number, Math.Max(0, beyond[0] - 100), $"to its match at column {beyond[0] + 1L:N0}");
        var content = Markup.Of($"{before}{LineMarkup.Marked(text, shown)}{after}{further}");
        var anchor = Markup.Of($"<a class=\"number\" href=\"#L{number}\">{number}</a>");
        var kind = new Markup(isHit ? " class=\"hit\"" : "");
        return Markup.Of($"<li id=\"L{number}\"{kind}>{anchor}<span class=\"text\">{content}</span></li>\n");
    }

    Markup Walk(long number, long column, string label)
    {
        var query = PageQuestion.Query([("from", $"{number}"), ("column", $"{column}"), .. question.LineParameters]);
        return Markup.Of($" <a class=\"walk\" data-column=\"{column}\" href=\"{reader}{query}\">{label}</a> ");
    }
}
