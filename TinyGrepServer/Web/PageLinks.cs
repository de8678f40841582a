// Addresses inside the pages. They begin with the path that clients see before ours, so that the pages work below a proxy's prefix.

using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

internal static class PageLinks
{
    /// <summary>Lines shown above the one that a link leads to.</summary>
    const int Above = 20;

    /// <summary>The path before ours, without a trailing slash; empty where there is none.</summary>
    public static string Root(Exchange exchange) => exchange.Links.Root;

    public static string Reader(string root, string name) => $"{root}/d/{Escaped(name)}";

    /// <summary>The page of a folder; empty: the top.</summary>
    public static string Folder(string root, string folder) =>
        folder.Length == 0 ? $"{root}/files" : $"{root}/files/{Escaped(folder.TrimEnd('/'))}/";

    /// <summary>The file as it is.</summary>
    public static string File(string root, string name) => $"{root}/api/v1/dictionaries/{Escaped(name)}";

    /// <summary>The reader with this line in its window.</summary>
    /// <param name="question">What its matches are marked by; none: nothing is marked.</param>
    public static string Line(string root, string name, long line, IEnumerable<(string Name, string Value)> question) =>
        $"{Reader(root, name)}{PageQuestion.Query([("from", WindowStart(line)), .. question])}#L{line}";

    /// <summary>The first line of a window that shows this one.</summary>
    public static string WindowStart(long line) => Math.Max(1, line - Above).ToString(CultureInfo.InvariantCulture);

    /// <summary>Where a file or folder lies, each folder a link.</summary>
    public static Markup Crumbs(string root, string name)
    {
        List<Markup> crumbs = [Markup.Of($"<a href=\"{Folder(root, "")}\">Files</a>")];
        for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', slash + 1))
        {
            var folder = name[..slash];
            crumbs.Add(Markup.Of($"<a href=\"{Folder(root, folder)}\">{folder[(folder.LastIndexOf('/') + 1)..]}</a>"));
        }
        return Markup.Join(crumbs.Select(crumb => Markup.Of($"{crumb}<span aria-hidden=\"true\"> / </span>")));
    }

    static string Escaped(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
}
