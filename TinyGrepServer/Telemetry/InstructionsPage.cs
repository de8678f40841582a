// The instructions: one plain HTML page made from the route table. Every error message points here.

using System.Net;
using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal sealed class InstructionsPage(ServerState server)
{
    public const string Path = "/api/v1/web";

    const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Other pages that the header leads to, where they are served.</summary>
    static readonly (string Path, string Name)[] Elsewhere = [("/files", "Files"), ("/internal/jobs", "Jobs"), (Path, "API")];

    public Route Route => new("GET", Path, AnswerAsync)
    {
        Group = "Instructions",
        Summary = "This page.",
        ReplyContentTypes = ["text/html"],
        Example = $"-s {{url}}{Path}",
    };

    Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var page = Encoding.UTF8.GetBytes(Write(Html(exchange.Links.Root), exchange.BaseUrl));
        return Task.FromResult(
            new Reply { ContentType = "text/html; charset=utf-8", Body = page, Headers = PageFields.Of(page, Policy) });
    }

    /// <param name="root">The path before ours, as HTML.</param>
    /// <param name="url">The address that clients have for this server.</param>
    string Write(string root, string url)
    {
        var house = root + PageFiles.House.Address;
        var page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>API · TinyGrep</title>\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Append($"<link rel=\"icon\" type=\"image/svg+xml\" href=\"{house}/icon.svg\">\n")
            .Append($"<link rel=\"stylesheet\" href=\"{house}/house.css\"></head>\n<body>\n");
        WriteHeader(page, root, house);
        page.Append("<main>\n<h1>TinyGrepServer</h1>\n<p>Answers questions over a folder of text files by running grep. ")
            .Append("Every route is listed here. An error is a JSON object whose ")
            .Append("<code>detail</code> says what was wrong; an answer that is not complete says so.</p>\n");
        List<IGrouping<string, Route>> groups =
            [.. server.Routes.GroupBy(route => route.Group.Length > 0 ? route.Group : "Further routes")];
        page.Append("<p>").AppendJoin(" · ", groups.Select((group, at) => $"<a href=\"#g{at}\">{Html(group.Key)}</a>")).Append("</p>\n");
        foreach (var (at, group) in groups.Index())
        {
            page.Append($"<h2 id=\"g{at}\">").Append(Html(group.Key)).Append("</h2>\n");
            foreach (var route in group) WriteRoute(page, route, url);
        }
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    void WriteHeader(StringBuilder page, string root, string house)
    {
        page.Append("<header>\n<p class=\"home\">")
            .Append($"<a class=\"brand\" href=\"{root}{(Serves("/") ? "/" : Path)}\">")
            .Append($"<img src=\"{house}/icon.svg\" alt=\"\" width=\"24\" height=\"24\">TinyGrep</a></p>\n")
            .Append("<nav aria-label=\"Site\">");
        foreach (var (path, name) in Elsewhere.Where(one => Serves(one.Path))) page.Append($"<a href=\"{root}{path}\">{name}</a>");
        page.Append("</nav>\n</header>\n");
    }

    bool Serves(string path) => server.Routes.Any(route => route.Method == "GET" && route.Pattern == path);

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
