// /internal/walk: recent requests as a table of stations, to see on the running server what the chapters describe: who waited, which
// layer answered, how a hedged request went. A plain page without a script; reload it to look again.

using System.Globalization;
using System.Text;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Diagnostics;

/// <param name="requests">What is shown.</param>
/// <param name="routes">All routes of the server, once it answers: the header leads to some.</param>
/// <param name="needsToken">Whether it takes a token to look.</param>
internal sealed class WalkPage(LastRequests requests, Func<IReadOnlyList<Route>> routes, bool needsToken)
{
    public const string Path = "/internal/walk";

    static readonly string[] Columns =
        ["Time (UTC)", "Request", "Status", "Answer", "Folder", "Sieve", "Queue", "Search", "Bytes", "Total"];

    /// <summary>The layers of a search, in their order: a column each.</summary>
    static readonly string[] Layers = ["folder", "sieve", "queue", "search"];

    /// <summary>What says of a whole answer where it came from.</summary>
    static readonly (string Entry, string Word)[] Origins =
        [("cache", "kept"), ("joined", "joined"), ("search", "run"), ("relay", "relayed")];

    public Route Route => new("GET", Path, AnswerAsync)
    {
        Group = "Diagnostics",
        Summary = $"A page that shows the last {requests.Capacity} requests, station by station.",
        ReplyContentTypes = ["text/html"],
        Statuses = [200, 304],
        NeedsToken = needsToken,
        Example = $"-s {{url}}{Path}",
        Chapter = "docs/inside/walks.md",
    };

    Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var page = HousePage.Begin("Walk", exchange, routes());
        page.Append("<h1>The path of recent requests</h1>\n")
            .Append(CultureInfo.InvariantCulture, $"<p>The last {requests.Capacity}, newest first, each from the moment its reply is out. ")
            .Append("Requests for this page are left out. Times are in milliseconds, from the access log and <code>Server-Timing</code>. ")
            .Append($"<a href=\"{Html(exchange.Links.Root)}{Path}\">Look again</a></p>\n")
            .Append("<p class=\"hint\"><b>run</b>: searched for. <b>joined</b>: the same search was running already. ")
            .Append("<b>kept</b>: from the cache. <b>known</b>: the client has it. <b>relayed</b>: from an upstream.</p>\n");
        WriteTable(page, requests.NewestFirst());
        return Task.FromResult(HousePage.End(page));
    }

    static void WriteTable(StringBuilder page, IReadOnlyList<WalkedRequest> shown)
    {
        page.Append("<div class=\"wide\" role=\"region\" aria-label=\"Requests\" tabindex=\"0\">\n<table>\n<thead><tr>");
        foreach (var name in Columns) page.Append($"<th scope=\"col\">{name}</th>");
        page.Append("</tr></thead>\n<tbody>\n");
        foreach (var request in shown) WriteRow(page, request);
        page.Append("</tbody>\n</table>\n</div>\n");
        if (shown.Count == 0) page.Append("<p>No request yet.</p>\n");
    }

    static void WriteRow(StringBuilder page, WalkedRequest request)
    {
        var timing = TimingEntry.Parse(request.Timing);
        page.Append(CultureInfo.InvariantCulture, $"<tr><td><time datetime=\"{request.Time:O}\">{request.Time:HH:mm:ss.fff}</time></td>");
        page.Append($"<td><code>{Html(request.Method)} {Html(request.Path)}</code></td>");
        page.Append(CultureInfo.InvariantCulture, $"<td>{request.Status}{(request.Whole ? "" : " cut")}</td>");
        page.Append($"<td>{OriginOf(request, timing)}</td>");
        WriteStations(page, timing);
        page.Append(CultureInfo.InvariantCulture, $"<td>{request.Bytes:N0}</td><td>{request.Total.TotalMilliseconds:0.0}</td></tr>\n");
    }

    static string OriginOf(WalkedRequest request, IReadOnlyList<TimingEntry> timing) =>
        request.Status == 304 ? "known" : Origins.FirstOrDefault(one => timing.Any(entry => entry.Name == one.Entry)).Word ?? "";

    /// <summary>A search has its layers; what else tells its times, such as the attempts of the relay, is a list in their place.</summary>
    static void WriteStations(StringBuilder page, IReadOnlyList<TimingEntry> timing)
    {
        var isSearch = timing.All(entry => entry.Name is "cache" or "joined" || Layers.Contains(entry.Name));
        if (isSearch)
        {
            foreach (var layer in Layers)
                page.Append("<td>").AppendJoin("", timing.Where(entry => entry.Name == layer).Select(Words)).Append("</td>");
            return;
        }
        page.Append(CultureInfo.InvariantCulture, $"<td colspan=\"{Layers.Length}\"><ul>");
        foreach (var entry in timing) page.Append("<li>").Append(Html(entry.Name)).Append(": ").Append(Words(entry)).Append("</li>");
        page.Append("</ul></td>");
    }

    static string Words(TimingEntry entry) =>
        string.Join(", ", ((string?[])[entry.Description, entry.Duration]).OfType<string>().Select(Html));

    static string Html(string text) => HousePage.Html(text);
}
