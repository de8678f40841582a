// The files that pages load: scripts, styles, an icon, embedded in the assembly, so that nothing on disk can be missing. Their address
// holds a digest of them all: a browser keeps them for good and never runs a stale one. Under any other address they are the same
// files, revalidated each time, so that a page of an older server still finds them.

using System.Reflection;
using System.Security.Cryptography;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal sealed class PageFiles
{
    readonly string path;
    readonly string version;
    readonly Dictionary<string, Reply> files;

    /// <param name="resources">What the names of the embedded files begin with.</param>
    /// <param name="path">Where they are served.</param>
    /// <param name="policy">The Content-Security-Policy they carry.</param>
    public PageFiles(string resources, string path, string policy)
    {
        this.path = path;
        var contents = Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(resources, StringComparison.Ordinal) && Type(name) is not null)
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => name[resources.Length..], Read);
        files = contents.ToDictionary(file => file.Key, file => NewReply(file.Key, file.Value, policy));
        version = Convert.ToHexStringLower(SHA256.HashData([.. contents.Values.SelectMany(content => content)]).AsSpan(0, 6));
    }

    /// <summary>The style and the icon of every page.</summary>
    public static PageFiles House { get; } = new("House/", "/house", "default-src 'none'");

    /// <summary>Their address for as long as none of them changes; a file's name follows after a slash.</summary>
    public string Address => $"{path}/{version}";

    /// <param name="group">The heading under which they are listed.</param>
    /// <param name="summary">What they are.</param>
    public IEnumerable<Route> Routes(string group, string summary)
    {
        var file = new Parameter("file", "The file's name.", Required: true);
        var route = new Route("GET", $"{path}/{{file}}", AnswerAsync)
        {
            Group = group,
            Summary = summary,
            Parameters = [file],
            ReplyContentTypes = [.. files.Values.Select(one => one.ContentType!.Split(';')[0]).Distinct()],
            Statuses = [200, 304],
        };
        return
        [
            route,
            new("GET", $"{path}/{{version}}/{{file}}", AnswerVersionAsync)
            {
                Group = group,
                Summary = "The same files under a versioned address that browsers may cache for good.",
                Parameters = [new("version", "A digest of the files.", Required: true), file],
                ReplyContentTypes = route.ReplyContentTypes,
                Statuses = route.Statuses,
            },
        ];
    }

    /// <summary>An embedded file.</summary>
    public static byte[] Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken) => Task.FromResult(Find(exchange));

    Task<Reply> AnswerVersionAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var found = Find(exchange);
        return Task.FromResult(exchange.RouteValue("version") != version ? found : found with
        {
            Headers =
            [
                .. found.Headers.Where(field => field.Name != "Cache-Control"),
                ("Cache-Control", "public, max-age=31536000, immutable"),
            ],
        });
    }

    Reply Find(Exchange exchange) => files.TryGetValue(exchange.RouteValue("file"), out var file)
        ? file
        : throw ApiError.NotFound($"No page {Printable.Excerpt(exchange.Path, 200)}.");

    /// <summary>It goes out again and again; its compressed forms are kept.</summary>
    static Reply NewReply(string name, byte[] bytes, string policy) => new()
    {
        ContentType = Type(name),
        Body = bytes,
        Headers = PageFields.Of(bytes, policy),
        Forms = new CompressedForms(_ => { }),
    };

    /// <summary>Null if there is no such file.</summary>
    static string? Type(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => null,
    };
}
