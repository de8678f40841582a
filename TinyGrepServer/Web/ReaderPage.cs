// A dictionary to read, one window of lines at a time: as quick at line 4,000,000 as at line 1.

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
        return PageReply.Html(exchange, Page.Fill(new Dictionary<string, Markup>
        {
            ["root"] = Markup.Of($"{root}"),
            ["refused"] = status == 200 ? Markup.Empty : Markup.Of($" data-refused=\"{status}\""),
            ["name"] = Markup.Of($"{name}"),
            ["file"] = Markup.Of($"{PageLinks.File(root, name)}"),
            ["from"] = Markup.Of($"{window?.From ?? 1}"),
            ["most"] = window?.Total is > 0 and var total ? Markup.Of($" max=\"{total}\"") : Markup.Empty,
            ["status"] = problem is not null ? Markup.Of($"{problem}") : Summary(window!),
            ["turn"] = window is null ? Markup.Empty : Turn(PageLinks.Reader(root, name), window),
            ["lines"] = window is null ? Markup.Empty : Markup.Join(window.Lines.Select((text, at) => Line(window.From + at, text, window.Cut))),
        }), status);
    }

    async Task<(int Status, string? Problem, Window? Window)> AskAsync(Exchange exchange, string name, CancellationToken cancellationToken)
    {
        try
        {
            var from = exchange.Query.Where(parameter => parameter.Name == "from" && parameter.Value.Length > 0).Select(parameter => parameter.Value).FirstOrDefault("1");
            var reply = await sources.LinesAsync(exchange, name, [("from", from), ("count", Lines.ToString(CultureInfo.InvariantCulture))], cancellationToken);
            return (200, null, await Sources.ReadAsync(reply, WebJson.Default.Window));
        }
        catch (ApiError refused)
        {
            return (refused.Status, refused.Message, null);
        }
    }

    static Markup Summary(Window window)
    {
        var last = window.From + window.Lines.Count - 1;
        if (window.Lines.Count == 0) return window.Total == 0 ? new("This dictionary is empty.") : Markup.Of($"There is no line {window.From:N0}; the last one is {window.Total ?? 0:N0}.");
        return window.Total is { } total ? Markup.Of($"Lines {window.From:N0} to {last:N0} of {total:N0}") : Markup.Of($"Lines {window.From:N0} to {last:N0}");
    }

    static Markup Turn(string reader, Window window) => Markup.Join(
    [
        window.From > 1 ? Markup.Of($"<a class=\"button\" href=\"{reader}\">First</a><a class=\"button\" rel=\"prev\" href=\"{reader}?from={Math.Max(1, window.From - Lines)}\">Previous</a>") : Markup.Empty,
        window.Next is { } next ? Markup.Of($"<a class=\"button\" rel=\"next\" href=\"{reader}?from={next}\">Next</a>") : Markup.Empty,
        window.Total is { } total && window.From + window.Lines.Count <= total ? Markup.Of($"<a class=\"button\" href=\"{reader}?from={Math.Max(1, total - Lines + 1)}\">Last</a>") : Markup.Empty,
    ]);

    static Markup Line(long number, string text, IReadOnlyList<long> cut) => Markup.Of(
        $"<li id=\"L{number}\"><a class=\"number\" href=\"#L{number}\">{number}</a><span class=\"text\">{text}{(cut.Contains(number) ? new Markup("<span class=\"cut\"> … the line goes on</span>") : Markup.Empty)}</span></li>\n");
}
