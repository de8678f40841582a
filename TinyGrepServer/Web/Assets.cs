// The files of the pages, embedded in the assembly: nothing to install, nothing on disk that could be missing. They are
// served with an entity tag and revalidated each time, which costs a 304 and never runs a stale script.

using System.Reflection;
using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

internal static class Assets
{
    const string Prefix = "Web/pages/";

    static readonly Dictionary<string, Reply> Files = Names().ToDictionary(name => name, name => PageReply.File(Read(name), Type(name)));

    public static Route Route => new("GET", "/web/{file}", AnswerAsync)
    {
        Group = "Web",
        Summary = "Scripts, style and icon of the pages.",
        Parameters = [new("file", "The file's name.", Required: true)],
        ReplyContentTypes = [.. Files.Values.Select(file => file.ContentType!.Split(';')[0]).Distinct()],
        Statuses = [200, 304],
    };

    /// <summary>A page to be filled in.</summary>
    public static Template Page(string name) => new(System.Text.Encoding.UTF8.GetString(Read(name)));

    static Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken) =>
        Files.TryGetValue(exchange.RouteValue("file"), out var file)
            ? Task.FromResult(file)
            : throw ApiError.NotFound($"No page {Printable.Excerpt(exchange.Path, 200)}.");

    static IEnumerable<string> Names() => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !name.EndsWith(".html", StringComparison.Ordinal))
        .Select(name => name[Prefix.Length..]);

    static byte[] Read(string name)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    static string Type(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"No media type is known for '{other}'."),
    };
}
