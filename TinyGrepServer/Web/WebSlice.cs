// The pages for people: search at /, the folder at /files, a reader at /d/{*name}. Plain HTML, CSS and JavaScript without a build
// step; what the script does, a form does too, so the pages work without it.

using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

internal sealed class WebSlice(Sources sources) : ISlice
{
    static readonly string[] Html = ["text/html"];
    static readonly Parameter Cursor = new("cursor", "Continues where an earlier page ended.");

    public string Name => "web";

    public IReadOnlyList<Route> Routes { get; } = NewRoutes(sources, new FilesPage(sources));

    static Route[] NewRoutes(Sources sources, FilesPage files) =>
    [
        new("GET", "/", new SearchPage(sources).AnswerAsync)
        {
            Group = "Web",
            Summary = "The search page. Its address holds the question, in the parameters of /api/v1/search and, for its paths, 'in': "
                + "/?q=cache&mode=fixed&in=src/.",
            ReplyContentTypes = Html,
            Statuses = [200, 304, 401, 403, 404, 409],
            Deadline = sources.RequestTimeout,
        },
        new("GET", "/files", files.TopAsync)
        {
            Group = "Web",
            Summary = "The folder, to browse.",
            Parameters = [Cursor],
            ReplyContentTypes = Html,
            Statuses = [200, 304, 401, 403],
        },
        new("GET", "/files/{*folder}", files.FolderAsync)
        {
            Group = "Web",
            Summary = "A folder below it.",
            Parameters = [new("folder", "The folder's path.", Required: true), Cursor],
            ReplyContentTypes = Html,
            Statuses = [200, 304, 401, 403],
        },
        new("GET", "/d/{*name}", new ReaderPage(sources).AnswerAsync)
        {
            Group = "Web",
            Summary = "A file to read, with an anchor for each line: /d/quotes.txt#L12. With the parameters of a search its matches are "
                + "marked.",
            Parameters =
            [
                new("name", "The file's name: its path in the folder.", Required: true),
                new("from", "The first line shown, from 1. Default 1, or with q the one before the first match.", "integer", Min: 1),
                new("column", "Shows only the line 'from', after this many characters.", "integer", Min: 0),
                new("as", "text: shows a binary file as text.", OneOf: ["text"]),
            ],
            ReplyContentTypes = Html,
            Statuses = [200, 304, 401, 403, 404],
            Deadline = sources.RequestTimeout,
        },
        .. Assets.Routes,
    ];
}
