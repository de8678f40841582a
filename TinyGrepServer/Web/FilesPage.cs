// A folder to browse: its folders and files with their sizes and times, in pages, so that the cost does not grow with the folder.

using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

internal sealed class FilesPage(Sources sources)
{
    /// <summary>Files of one page.</summary>
    public const int PageSize = 200;

    static readonly Template Page = Assets.Page("files.html");

    public Task<Reply> TopAsync(Exchange exchange, CancellationToken cancellationToken) => AnswerAsync(exchange, "", cancellationToken);

    public Task<Reply> FolderAsync(Exchange exchange, CancellationToken cancellationToken) =>
        AnswerAsync(exchange, exchange.RouteValue("folder").TrimEnd('/') + "/", cancellationToken);

    async Task<Reply> AnswerAsync(Exchange exchange, string folder, CancellationToken cancellationToken)
    {
        var root = PageLinks.Root(exchange);
        var cursor = exchange.Query.FirstOrDefault(parameter => parameter is ("cursor", not "")).Value;
        var (status, problem, listing) = await ListAsync(sources, exchange, folder, cursor, PageSize, cancellationToken);
        return PageReply.Html(Page.Fill(new Dictionary<string, Markup>(Assets.Places(root))
        {
            ["refused"] = status == 200 ? Markup.Empty : Markup.Of($" data-refused=\"{status}\""),
            ["title"] = Markup.Of($"{(folder.Length == 0 ? "Files" : folder)}"),
            ["folder"] = Markup.Of($"{folder}"),
            ["crumbs"] = folder.Length == 0 ? Markup.Empty : PageLinks.Crumbs(root, folder.TrimEnd('/')),
            ["name"] = Markup.Of($"{(folder.Length == 0 ? "Files" : folder.TrimEnd('/').Split('/')[^1])}"),
            ["in"] = Markup.Of($"{PagePaths.Join(folder.Length == 0 ? [] : [PagePaths.EntryOf(folder)])}"),
            ["status"] = problem is not null ? Markup.Of($"{problem}") : Summary(listing!),
            ["entries"] = listing is null ? Markup.Empty : FilesMarkup.Write(listing, root, folder),
            ["more"] = listing?.Next is { } next
                ? Markup.Of($"<a class=\"button\" rel=\"next\" data-next=\"{next}\" href=\"?cursor={next}\">More files</a>")
                : Markup.Empty,
        }), status);
    }

    /// <summary>A page of what is directly in a folder.</summary>
    public static Task<PageAnswer<Listing>> ListAsync(
        Sources sources, Exchange exchange, string folder, string? cursor, int max, CancellationToken cancellationToken)
    {
        List<(string, string)> query = [("folder", folder), ("quick", "1"), ("limit", max.ToString(CultureInfo.InvariantCulture))];
        if (cursor is not null) query.Add(("cursor", cursor));
        return PageAnswer<Listing>.OfAsync(() => sources.ListAsync(exchange, query, cancellationToken), WebJson.Default.Listing);
    }

    static Markup Summary(Listing listing)
    {
        var files = listing.Total == 1 ? "1 file" : $"{listing.Total:N0} files";
        return listing.Folders is { Count: > 0 } folders
            ? Markup.Of($"{(folders.Count == 1 ? "1 folder" : $"{folders.Count:N0} folders")}, {files}")
            : Markup.Of($"{files}");
    }
}
