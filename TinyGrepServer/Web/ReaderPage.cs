// A dictionary to read, one window of lines at a time: line 4,000,000 comes as fast as line 1.

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
        var (status, problem, window) = await AskAsync(exchange, name, cancellationToken);
        return PageReply.Html(Page.Fill(new Dictionary<string, Markup>
        {
            ["root"] = Markup.Of($"{root}"),
            ["refused"] = status == 200 ? Markup.Empty : Markup.Of($" data-refused=\"{status}\""),
            ["name"] = Markup.Of($"{name}"),
            ["file"] = Markup.Of($"{PageLinks.File(root, name)}"),
            ["from"] = Markup.Of($"{window?.From ?? 1}"),
            ["most"] = window?.Total is > 0 and var total ? Markup.Of($" max=\"{total}\"") : Markup.Empty,
            ["status"] = problem is not null ? Markup.Of($"{problem}") : Summary(window!),
            ["turn"] = window is null ? Markup.Empty : Turn(PageLinks.Reader(root, name), window),
            ["lines"] = window is null
                ? Markup.Empty
                : Markup.Join(window.Lines.Select((text, at) => Line(window.From + at, text, window.Cut))),
        }), status);
    }

    Task<PageAnswer<Window>> AskAsync(Exchange exchange, string name, CancellationToken cancellationToken) => PageAnswer<Window>.OfAsync(
        () =>
        {
            var from = exchange.Query.FirstOrDefault(parameter => parameter is ("from", not ""), ("from", "1"));
            var count = ("count", Lines.ToString(CultureInfo.InvariantCulture));
            return sources.LinesAsync(exchange, name, [from, count], cancellationToken);
        },
        WebJson.Default.Window);

    static Markup Summary(Window window)
    {
        var last = window.From + window.Lines.Count - 1;
        return (window.Lines.Count, window.Total) switch
        {
            (0, 0) => new("This dictionary is empty."),
            (0, var total) => Markup.Of($"There is no line {window.From:N0}; the last one is {total ?? 0:N0}."),
            (_, { } total) => Markup.Of($"Lines {window.From:N0} to {last:N0} of {total:N0}"),
            (_, null) => Markup.Of($"Lines {window.From:N0} to {last:N0}"),
        };
    }

    static Markup Turn(string reader, Window window)
    {
        List<Markup> links = [];
        if (window.From > 1)
        {
            links.Add(Markup.Of($"<a class=\"button\" href=\"{reader}\">First</a>"));
            var previous = Math.Max(1, window.From - Lines);
            links.Add(Markup.Of($"<a class=\"button\" rel=\"prev\" href=\"{reader}?from={previous}\">Previous</a>"));
        }
        if (window.Next is { } next)
            links.Add(Markup.Of($"<a class=\"button\" rel=\"next\" href=\"{reader}?from={next}\">Next</a>"));
        if (window.Total is { } total && window.From + window.Lines.Count <= total)
            links.Add(Markup.Of($"<a class=\"button\" href=\"{reader}?from={Math.Max(1, total - Lines + 1)}\">Last</a>"));
        return Markup.Join(links);
    }

    static Markup Line(long number, string text, IReadOnlyList<long> cut)
    {
        var rest = cut.Contains(number) ? new Markup("<span class=\"cut\"> … the line goes on</span>") : Markup.Empty;
        var anchor = Markup.Of($"<a class=\"number\" href=\"#L{number}\">{number}</a>");
        return Markup.Of($"<li id=\"L{number}\">{anchor}<span class=\"text\">{text}{rest}</span></li>\n");
    }
}
