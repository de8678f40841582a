// The instructions: one plain HTML page made from the route table. Every error message points here.

using System.Net;
using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal sealed class InstructionsPage(ServerState server)
{
    public const string Path = "/api/v1/web";

    const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    const string Style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color-scheme:light dark}
        pre{overflow-x:auto;padding:.6em;border:1px solid #8886;border-radius:4px}
        code{font-family:ui-monospace,monospace}table{border-collapse:collapse}
        td,th{text-align:left;vertical-align:top;padding:.1em 1em .1em 0}
        """;

    public Route Route => new("GET", Path, AnswerAsync)
    {
        Group = "Instructions",
        Summary = "This page.",
        ReplyContentTypes = ["text/html"],
        Example = $"-s {{url}}{Path}",
    };

    Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var page = Encoding.UTF8.GetBytes(Write(exchange.BaseUrl));
        return Task.FromResult(
            new Reply { ContentType = "text/html; charset=utf-8", Body = page, Headers = PageFields.Of(page, Policy) });
    }

    string Write(string url)
    {
        var page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>TinyGrepServer</title>")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">\n<style>").Append(Style).Append("</style></head>\n")
            .Append("<body>\n<h1>TinyGrepServer</h1>\n<p>Answers questions over a folder of text files by running grep. ")
            .Append("Every route is listed here. An error is a JSON object whose ")
            .Append("<code>detail</code> says what was wrong; an answer that is not complete says so.</p>\n");
        foreach (var group in server.Routes.GroupBy(route => route.Group))
        {
            page.Append("<h2>").Append(Html(group.Key.Length > 0 ? group.Key : "Further routes")).Append("</h2>\n");
            foreach (var route in group) WriteRoute(page, route, url);
        }
        return page.Append("</body>\n</html>\n").ToString();
    }

    static void WriteRoute(StringBuilder page, Route route, string url)
    {
        page.Append("<h3><code>").Append(Html($"{route.Method} {route.Pattern}")).Append("</code></h3>\n");
        page.Append("<p>").Append(Html(route.Summary)).Append("</p>\n");
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

    static string Html(string text) => WebUtility.HtmlEncode(text);
}
