// The instructions: one plain HTML page made from the route table. Every error message points here.

using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal sealed class InstructionsPage(ServerState server)
{
    public const string Path = "/api/v1/web";

    public Route Route => new("GET", Path, AnswerAsync)
    {
        Group = "Instructions",
        Chapter = "docs/inside/serving.md",
        Summary = "This page.",
        ReplyContentTypes = ["text/html"],
        Example = $"-s {{url}}{Path}",
    };

    Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var page = HousePage.Begin("API", exchange, server.Routes)
            .Append("<h1>TinyGrepServer</h1>\n<p>Serves a folder of text files and searches it with grep. ")
            .Append("Every route is listed here. An error is a JSON object whose ")
            .Append("<code>detail</code> says what was wrong; an incomplete answer says so. ")
            .Append("The chapter that a route names, a file of the project, explains how it works inside.</p>\n");
        List<IGrouping<string, Route>> groups =
            [.. server.Routes.GroupBy(route => route.Group.Length > 0 ? route.Group : "Further routes")];
        page.Append("<p>").AppendJoin(" · ", groups.Select((group, at) => $"<a href=\"#g{at}\">{Html(group.Key)}</a>")).Append("</p>\n");
        foreach (var (at, group) in groups.Index())
        {
            page.Append($"<h2 id=\"g{at}\">").Append(Html(group.Key)).Append("</h2>\n");
            foreach (var route in group) WriteRoute(page, route, exchange.BaseUrl);
        }
        return Task.FromResult(HousePage.End(page));
    }

    /// <param name="url">The address that clients have for this server.</param>
    static void WriteRoute(StringBuilder page, Route route, string url)
    {
        page.Append("<h3><code>").Append(Html($"{route.Method} {route.Pattern}")).Append("</code></h3>\n");
        page.Append("<p>").Append(Html(route.Summary)).Append("</p>\n");
        if (route.Chapter is { } chapter)
            page.Append("<p class=\"hint\">How it works: <code>").Append(Html(chapter)).Append("</code></p>\n");
        if (route.Parameters.Count > 0)
        {
            page.Append("<table>\n");
            foreach (var parameter in route.Parameters) WriteParameter(page, parameter);
            page.Append("</table>\n");
        }
        if (route.Example is { } example)
            page.Append("<pre><code>curl ").Append(Html(example.Replace("{url}", url, StringComparison.Ordinal))).Append("</code></pre>\n");
    }

    static void WriteParameter(StringBuilder page, Parameter parameter)
    {
        var type = parameter.Required ? $"{parameter.Type}, required" : parameter.Type;
        page.Append("<tr><th scope=\"row\"><code>").Append(Html(parameter.Name)).Append("</code></th><td>").Append(Html(type));
        page.Append("</td><td>").Append(Html(parameter.Summary)).Append("</td></tr>\n");
    }

    static string Html(string text) => HousePage.Html(text);
}
