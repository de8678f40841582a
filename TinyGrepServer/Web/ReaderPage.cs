// A file to read, one window of lines at a time: line 4,000,000 comes as fast as line 1. With a question its matches are marked, and
// unless the address names a line, the window shows the first match. A binary file is not shown as text.

using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

internal sealed class ReaderPage(Sources sources)
{
    const int Lines = 500;

    static readonly Template Page = Assets.Page("reader.html");

    public async Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var name = exchange.RouteValue("name");
        var root = PageLinks.Root(exchange);
        var question = PageQuestion.Of(exchange);
        var facts = await FactsAsync(exchange, name, cancellationToken);
        var isShown = facts?.Form != "binary" || Value(exchange, "as") == "text";
        var (status, problem, window) = isShown
            ? await AskAsync(exchange, name, question, cancellationToken)
            : new PageAnswer<Window>(200, null, new Window(1, [], [], 0, null, null, null));
        var markup = new ReaderMarkup(root, name, question);
        return PageReply.Html(Page.Fill(new Dictionary<string, Markup>(Assets.Places(root))
        {
            ["refused"] = status == 200 ? Markup.Empty : Markup.Of($" data-refused=\"{status}\""),
            ["name"] = Markup.Of($"{name}"),
            ["crumbs"] = PageLinks.Crumbs(root, name),
            ["own_name"] = Markup.Of($"{name[(name.LastIndexOf('/') + 1)..]}"),
            ["facts"] = facts is null ? Markup.Empty : ReaderMarkup.Facts(facts),
            ["file"] = Markup.Of($"{PageLinks.File(root, name)}"),
            ["reader"] = Markup.Of($"{PageLinks.Reader(root, name)}"),
            ["in"] = Markup.Of($"{PagePaths.Join([PagePaths.EntryOf(name)])}"),
            ["q"] = Markup.Of($"{question.Term}"),
            ["case"] = Checked(!question.IgnoresCase),
            ["word"] = Checked(question.IsOn("word")),
            ["regex"] = Checked(question.Mode == "extended"),
            ["carried"] = ReaderMarkup.Carried(question),
            ["from"] = Markup.Of($"{window?.From ?? 1}"),
            ["max"] = window?.Total is > 0 and var total ? Markup.Of($" max=\"{total}\"") : Markup.Empty,
            ["status"] = problem is not null ? Markup.Of($"{problem}")
                : isShown ? ReaderMarkup.Summary(window!, Column(exchange))
                : new Markup("This is not a text file."),
            ["binary"] = isShown ? Markup.Empty : markup.NoText(),
            ["matches"] = window?.Found is { } found ? markup.Matches(found) : Markup.Empty,
            ["turn"] = window is null || !isShown ? Markup.Empty : markup.Turn(window, Lines),
            ["lines"] = window is null ? Markup.Empty : markup.Lines(window, Column(exchange)),
        }), status);
    }

    /// <summary>What the list says of the file; null where it is not there, or not to be listed.</summary>
    async Task<Listed?> FactsAsync(Exchange exchange, string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string, string)> query = [("dictionary", PagePaths.EntryOf(name)), ("quick", "1"), ("limit", "1")];
        var (_, _, listing) = await PageAnswer<Listing>.OfAsync(
            () => sources.ListAsync(exchange, query, cancellationToken), WebJson.Default.Listing);
        return listing?.Files.FirstOrDefault(file => file.Name == name);
    }

    async Task<PageAnswer<Window>> AskAsync(
        Exchange exchange, string name, PageQuestion question, CancellationToken cancellationToken)
    {
        var from = Value(exchange, "from");
        var answer = await WindowAsync(exchange, name, question, from ?? "1", cancellationToken);
        if (from is not null || answer.Content?.Found is not { Lines.Count: 0, Next: { } first }) return answer;
        return await WindowAsync(exchange, name, question, PageLinks.WindowStart(first), cancellationToken);
    }

    Task<PageAnswer<Window>> WindowAsync(
        Exchange exchange, string name, PageQuestion question, string from, CancellationToken cancellationToken)
    {
        List<(string, string)> window = [("from", from), .. question.LineParameters];
        if (Value(exchange, "column") is { } column) window.AddRange([("count", "1"), ("column", column)]);
        else window.Add(("count", Lines.ToString(CultureInfo.InvariantCulture)));
        return PageAnswer<Window>.OfAsync(
            () => sources.LinesAsync(exchange, name, window, cancellationToken), WebJson.Default.Window);
    }

    static string? Value(Exchange exchange, string name) =>
        exchange.Query.LastOrDefault(parameter => parameter.Name == name && parameter.Value.Length > 0).Value;

    /// <summary>For the page's words only: a bad column has been refused with the window.</summary>
    static int Column(Exchange exchange) =>
        int.TryParse(Value(exchange, "column"), NumberStyles.None, CultureInfo.InvariantCulture, out var column) ? column : 0;

    static Markup Checked(bool isOn) => new(isOn ? " checked" : "");
}
