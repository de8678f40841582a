// Matches as HTML, for readers without scripts: by file, with context, matched parts marked, the many of one file folded.
// Overlapping contexts are merged, as grep merges them. results.js draws the same.

namespace TinyGrepServer.Web;

/// <param name="question">What was asked.</param>
/// <param name="root">The path before ours.</param>
internal sealed class ResultsMarkup(PageQuestion question, string root)
{
    public static Markup Summary(Found found)
    {
        var files = found.Matches.Select(match => match.Dictionary).Distinct().Count();
        var count = found.Matches.Count;
        var what = (count == 1 ? "1 match" : $"{count:N0} matches") + (files > 1 ? $" in {files:N0} files" : "");
        return Markup.Of($"{found.StopReason switch
        {
            "end" when count == 0 => "No line matches.",
            "end" => $"{what}. That is all.",
            "limit" => $"{what} so far; there are more.",
            "timeout" => $"{what}, but the time was up: not everything was searched.",
            _ => $"{what}, but not every file could be read.",
        }}");
    }

    /// <summary>What the rules left out of a search that did not name it, and what could not be read.</summary>
    public static Markup LeftOut(Found found)
    {
        List<string> parts = [];
        if (found.Skipped.Count > 0) parts.Add($"Skipped: {string.Join(", ", found.Skipped.Select(one => $"{one.Value:N0} {one.Key}"))}.");
        if (found.Problems.Count > 0)
            parts.Add($"Not read: {string.Join(", ", found.Problems.Select(one => $"{one.Dictionary} ({one.Problem})"))}.");
        return Markup.Of($"{string.Join(" ", parts)}");
    }

    public Markup Write(Found found) => Markup.Join(found.Matches.GroupBy(match => match.Dictionary).Select(Section));

    Markup Section(IGrouping<string, FoundMatch> file)
    {
        List<FoundMatch> matches = [.. file];
        var shown = question.Folds ? matches.Take(PageQuestion.Fold) : matches;
        var link = $"{PageLinks.Reader(root, file.Key)}{PageQuestion.Query(question.LineParameters)}";
        var heading = Markup.Of($"<h2><a href=\"{link}\">{file.Key}</a></h2>");
        var rest = question.Folds && matches.Count > PageQuestion.Fold
            ? Markup.Of($"<p class=\"rest\"><a class=\"button\" href=\"{LinkTo(matches[PageQuestion.Fold])}\">More in this file</a></p>")
            : Markup.Empty;
        return Markup.Of($"<section>{heading}\n<ol>{Rows(shown)}</ol>{rest}</section>\n");
    }

    Markup Rows(IEnumerable<FoundMatch> matches)
    {
        SortedDictionary<long, Markup> rows = [];
        foreach (var match in matches)
        {
            var line = match.Line - match.Before.Count;
            foreach (var text in match.Before) rows.TryAdd(line, Context(line++, text));
            rows[line] = Hit(match);
            foreach (var text in match.After) rows.TryAdd(++line, Context(line, text));
        }
        return Markup.Join(rows.Values);
    }

    static Markup Context(long line, string text)
    {
        var shown = LineMarkup.Excerpt(text, []);
        return Markup.Of($"<li class=\"context\"><span class=\"number\">{line}</span><span class=\"text\">{shown}</span></li>\n");
    }

    Markup Hit(FoundMatch match)
    {
        var shown = LineMarkup.Excerpt(match.Text, match.Bounds ?? []);
        var row = Markup.Of($"<span class=\"number\">{match.Line}</span><span class=\"text\">{shown}</span>");
        return Markup.Of($"<li class=\"hit\"><a href=\"{LinkTo(match)}\">{row}</a></li>\n");
    }

    string LinkTo(FoundMatch match) => PageLinks.Line(root, match.Dictionary, match.Line, question.LineParameters);
}
