// The search page. With a question in its address it is sent with the answer; the script then takes over and searches as
// people type.

using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

internal sealed class SearchPage(Sources sources)
{
    const int MaxNames = 1_000;

    static readonly Template Page = Assets.Page("search.html");

    static readonly (string Value, string Label, string Title)[] Modes =
    [
        ("basic", "Basic", "Basic regular expression, as grep reads it"),
        ("extended", "Extended", "Extended regular expression, as grep -E reads it"),
        ("fixed", "Plain text", "The very letters, as grep -F reads it"),
        ("perl", "Perl", "Perl-compatible regular expression, as grep -P reads it"),
        ("words", "All words", "Every word on the line, in any order"),
    ];

    static readonly (string Name, string Label, string Title)[] Flags =
    [
        ("ignore_case", "Ignore case", "Upper and lower case are the same"),
        ("word", "Whole word", "Only whole words match"),
        ("line", "Whole line", "Only whole lines match"),
        ("invert", "Invert", "Lines that do not match"),
    ];

    public async Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var question = PageQuestion.Of(exchange);
        var root = PageLinks.Root(exchange);
        var (status, problem, found) = await AskAsync(exchange, question, cancellationToken);
        var names = (await NamesAsync(exchange, cancellationToken)).Take(MaxNames).ToList();
        var chosen = question.Value("mode") ?? "basic";
        return PageReply.Html(Page.Fill(new Dictionary<string, Markup>
        {
            ["root"] = Markup.Of($"{root}"),
            ["title"] = Markup.Of($"{(question.Term.Length > 0 ? $"{question.Term} · TinyGrep" : "TinyGrep")}"),
            ["q"] = Markup.Of($"{question.Term}"),
            ["modes"] = Markup.Join(
                Modes.Select(mode => Choice("radio", "mode", mode.Value, mode.Label, mode.Title, isChosen: mode.Value == chosen))),
            ["flags"] = Markup.Join(
                Flags.Select(flag => Choice("checkbox", flag.Name, "1", flag.Label, flag.Title, question.IsOn(flag.Name)))),
            ["context"] = Markup.Of($"{question.Value("context") ?? "0"}"),
            ["dictionaries"] = Markup.Join(
                names.Select(name => Choice("checkbox", "dictionary", name, name, name, question.Has("dictionary", name)))),
            ["shelf"] = Markup.Join(names.Select(name => ShelfEntry(root, name))),
            ["shelf_hidden"] = new(question.Term.Length > 0 ? " hidden" : ""),
            ["status"] = problem is not null ? Markup.Of($"{problem}") : found is null ? Markup.Empty : ResultsMarkup.Summary(found),
            ["results"] = found is null ? Markup.Empty : ResultsMarkup.Write(found, root),
            ["more"] = found?.Next is { } next
                ? Markup.Of($"<a class=\"button\" href=\"{question.After(next)}\">Next matches</a>")
                : Markup.Empty,
        }), status);
    }

    Task<PageAnswer<Found>> AskAsync(Exchange exchange, PageQuestion question, CancellationToken cancellationToken) =>
        question.Term.Length == 0
            ? Task.FromResult(PageAnswer<Found>.None)
            : PageAnswer<Found>.OfAsync(
                () => sources.SearchAsync(exchange, question.Parameters, cancellationToken), WebJson.Default.Found);

    async Task<IReadOnlyList<string>> NamesAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        try
        {
            return await sources.NamesAsync(exchange, cancellationToken);
        }
        catch (ApiError)
        {
            return []; // the script asks for them with the reader's token, and says what is wrong
        }
    }

    static Markup ShelfEntry(string root, string name)
    {
        var row = Markup.Of($"<span class=\"name\">{name}</span><span class=\"size\"></span>");
        return Markup.Of($"<li><a href=\"{PageLinks.Reader(root, name)}\">{row}</a></li>");
    }

    static Markup Choice(string type, string name, string value, string label, string title, bool isChosen)
    {
        var state = new Markup(isChosen ? " checked" : "");
        var input = Markup.Of($"<input type=\"{type}\" name=\"{name}\" value=\"{value}\"{state}>");
        return Markup.Of($"<label title=\"{title}\">{input}<span>{label}</span></label>\n");
    }
}
