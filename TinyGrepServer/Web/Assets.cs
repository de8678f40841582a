// The files of the pages: scripts and style, and the templates of the pages themselves.

using System.Text;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Web;

internal static class Assets
{
    const string Resources = "Web/pages/";

    static readonly PageFiles Files = new(Resources, "/web", PageReply.Policy);

    public static IEnumerable<Route> Routes => Files.Routes("Web", "Scripts and style of the pages.");

    /// <summary>A page to be filled in.</summary>
    public static Template Page(string name) => new(Encoding.UTF8.GetString(PageFiles.Read(Resources + name)));

    /// <summary>What every template needs: where the server is, and its files.</summary>
    public static Dictionary<string, Markup> Places(string root) => new()
    {
        ["root"] = Markup.Of($"{root}"),
        ["assets"] = Markup.Of($"{root}{Files.Address}"),
        ["house"] = Markup.Of($"{root}{PageFiles.House.Address}"),
    };
}
