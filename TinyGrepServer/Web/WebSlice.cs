// The pages for people: search at /, a reader at /d/{*name}. Plain HTML, CSS and JavaScript without a build step; what the
// script does, a form does too, so the pages work without it.

using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

internal sealed class WebSlice(Sources sources) : ISlice
{
    static readonly string[] Html = ["text/html"];

    public string Name => "web";

    public IReadOnlyList<Route> Routes { get; } =
    [
        new("GET", "/", new SearchPage(sources).AnswerAsync)
        {
            Group = "Web",
            Summary = "The search page. Its address holds the question, in the parameters of /api/v1/search: /?q=cache&mode=fixed.",
            ReplyContentTypes = Html,
            Statuses = [200, 304, 401, 403, 404, 409],
            Deadline = sources.RequestTimeout,
        },
        new("GET", "/d/{*name}", new ReaderPage(sources).AnswerAsync)
        {
            Group = "Web",
            Summary = "A dictionary to read, with an anchor for each line: /d/quotes.txt#L12.",
            Parameters =
            [
                new("name", "The dictionary's name: its path in the folder.", Required: true),
                new("from", "The first line shown, from 1. Default 1.", "integer", Least: 1),
            ],
            ReplyContentTypes = Html,
            Statuses = [200, 304, 401, 403],
        },
        Assets.Route,
    ];
}
