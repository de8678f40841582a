// The search page. With a question in its address it is sent with the answer; the script then takes over and searches as
// people type. Without one it shows the top of the folder.

using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

internal sealed class SearchPage(Sources sources)
{
    /// <summary>Files of the top folder that are shown.</summary>
    const int MaxFiles = 100;

    static readonly Template Page = Assets.Page("search.html");

    static readonly (string Value, string Label)[] Syntaxes =
    [
        ("", "as the buttons say"),
        ("words", "all words, in any order"),
        ("basic", "basic regular expression (grep)"),
        ("perl", "Perl regular expression (grep -P)"),
    ];

    static readonly (string Value, string Label)[] Orders = [("name", "by name"), ("newest", "newest first")];

    public async Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var question = PageQuestion.Of(exchange);
        var root = PageLinks.Root(exchange);
        var (status, problem, found) = await AskAsync(exchange, question, cancellationToken);
        var files = question.Term.Length > 0
            ? PageAnswer<Listing>.None
            : await FilesPage.ListAsync(sources, exchange, "", cursor: null, MaxFiles, cancellationToken);
        var results = new ResultsMarkup(question, root);
        return PageReply.Html(Page.Fill(new Dictionary<string, Markup>(Assets.Places(root))
        {
            ["title"] = Markup.Of($"{(question.Term.Length > 0 ? $"{question.Term} · TinyGrep" : "TinyGrep")}"),
            ["q"] = Markup.Of($"{question.Term}"),
            ["case"] = Checked(!question.IgnoresCase),
            ["word"] = Checked(question.IsOn("word")),
            ["regex"] = Checked(question.Mode == "extended"),
            ["in"] = Markup.Of($"{PagePaths.Join(question.Paths)}"),
            ["orders"] = Options(Orders, question.Value("order") ?? "name"),
            ["syntaxes"] = Options(Syntaxes, question.Mode is "fixed" or "extended" ? "" : question.Mode),
            ["line"] = Checked(question.IsOn("line")),
            ["invert"] = Checked(question.IsOn("invert")),
            ["context"] = Markup.Of($"{question.Value("context") ?? "0"}"),
            ["status"] = problem is not null ? Markup.Of($"{problem}") : found is null ? Markup.Empty : ResultsMarkup.Summary(found),
            ["left_out"] = found is null ? Markup.Empty : ResultsMarkup.LeftOut(found),
            ["results"] = found is null ? Markup.Empty : results.Write(found),
            ["more"] = found?.Next is { } next
                ? Markup.Of($"<a class=\"button\" href=\"{question.After(next)}\">Next matches</a>")
                : Markup.Empty,
            ["shelf_hidden"] = new(question.Term.Length > 0 ? " hidden" : ""),
            ["shelf"] = files.Content is { } top ? FilesMarkup.Write(top, root, "") : Markup.Empty,
            ["shelf_more"] = files.Content is { Next: not null } cut
                ? Markup.Of($"<p><a href=\"{PageLinks.Folder(root, "")}\">All {cut.Total:N0} files of this folder</a></p>")
                : Markup.Empty,
        }), status);
    }

    Task<PageAnswer<Found>> AskAsync(Exchange exchange, PageQuestion question, CancellationToken cancellationToken) =>
        question.Term.Length == 0
            ? Task.FromResult(PageAnswer<Found>.None)
            : PageAnswer<Found>.OfAsync(
                () => sources.SearchAsync(exchange, question.Asked, cancellationToken), WebJson.Default.Found);

    static Markup Checked(bool isOn) => new(isOn ? " checked" : "");

    static Markup Options((string Value, string Label)[] options, string chosen) => Markup.Join(options.Select(option =>
    {
        var selected = new Markup(option.Value == chosen ? " selected" : "");
        return Markup.Of($"<option value=\"{option.Value}\"{selected}>{option.Label}</option>");
    }));
}
