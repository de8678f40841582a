// What the pages without scripts share, such as the instructions: head, header, and the content security policy that loads nothing but
// the server's own style and icon.

using System.Net;
using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal static class HousePage
{
    const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Other pages that the header leads to, where they are served.</summary>
    static readonly (string Path, string Name)[] Elsewhere =
        [("/files", "Files"), ("/internal/jobs", "Jobs"), ("/internal/walk", "Walk"), (InstructionsPage.Path, "API")];

    /// <summary>A page up to the first line of its main part.</summary>
    /// <param name="title">What the window is called, as HTML.</param>
    /// <param name="routes">All routes of the server.</param>
    public static StringBuilder Begin(string title, Exchange exchange, IReadOnlyList<Route> routes)
    {
        var root = Html(exchange.Links.Root);
        var house = root + PageFiles.House.Address;
        var home = Serves(routes, "/") ? "/" : InstructionsPage.Path;
        var page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">")
            .Append($"<title>{title} · TinyGrep</title>\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Append($"<link rel=\"icon\" type=\"image/svg+xml\" href=\"{house}/icon.svg\">\n")
            .Append($"<link rel=\"stylesheet\" href=\"{house}/house.css\"></head>\n<body>\n")
            .Append($"<header>\n<p class=\"home\"><a class=\"brand\" href=\"{root}{home}\">")
            .Append($"<img src=\"{house}/icon.svg\" alt=\"\" width=\"24\" height=\"24\">TinyGrep</a></p>\n")
            .Append("<nav aria-label=\"Site\">");
        foreach (var (path, name) in Elsewhere.Where(one => Serves(routes, one.Path))) page.Append($"<a href=\"{root}{path}\">{name}</a>");
        return page.Append("</nav>\n</header>\n<main>\n");
    }

    /// <summary>The whole page, with the fields of every page.</summary>
    public static Reply End(StringBuilder page)
    {
        var bytes = Encoding.UTF8.GetBytes(page.Append("</main>\n</body>\n</html>\n").ToString());
        return new Reply { ContentType = "text/html; charset=utf-8", Body = bytes, Headers = PageFields.Of(bytes, Policy) };
    }

    /// <summary>A text as HTML.</summary>
    public static string Html(string text) => WebUtility.HtmlEncode(text);

    static bool Serves(IReadOnlyList<Route> routes, string path) => routes.Any(route => route.Method == "GET" && route.Pattern == path);
}
