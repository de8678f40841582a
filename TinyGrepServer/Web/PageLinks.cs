// Addresses inside the pages. They begin with the path that clients see before ours, so that the pages work below a proxy's prefix.

using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

internal static class PageLinks
{
    /// <summary>Lines shown above the one that a link leads to.</summary>
    const int Above = 20;

    /// <summary>The path before ours, without a trailing slash; empty where there is none.</summary>
    public static string Root(Exchange exchange) => exchange.Links.Root;

    public static string Reader(string root, string name) => $"{root}/d/{Escaped(name)}";

    /// <summary>The dictionary as it is.</summary>
    public static string File(string root, string name) => $"{root}/api/v1/dictionaries/{Escaped(name)}";

    /// <summary>The reader with this line in its window.</summary>
    public static string Line(string root, string name, long line) => $"{Reader(root, name)}?from={Math.Max(1, line - Above)}#L{line}";

    static string Escaped(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
}
