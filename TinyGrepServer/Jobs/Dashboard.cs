// /internal/jobs: a static page, a style sheet and a script. They contain no user's data, so they need no token; the script calls the
// API with the token that is typed in. Their links are relative, so the bytes are the same below any prefix.

using System.Text;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Jobs;

internal static class Dashboard
{
    const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static IEnumerable<Route> Routes =>
    [
        Page("/internal/jobs", "jobs.html", "text/html; charset=utf-8") with
        {
            Summary = "A page that shows jobs, retries and cancels them; it asks for a token.",
        },
        Page("/internal/jobs.css", "jobs.css", "text/css; charset=utf-8") with { Summary = "Its style." },
        Page("/internal/jobs.js", "jobs.js", "text/javascript; charset=utf-8") with { Summary = "Its script." },
    ];

    static Route Page(string path, string file, string type)
    {
        var text = Encoding.UTF8.GetString(PageFiles.Read($"TinyGrepServer.Jobs.Dashboard.{file}"));
        var body = Encoding.UTF8.GetBytes(text.Replace("{{house}}", $"..{PageFiles.House.Address}", StringComparison.Ordinal));
        var tag = EntityTags.Of(body);
        (string, string)[] fields =
        [
            ("ETag", tag), ("Cache-Control", "no-cache"), ("Content-Security-Policy", Policy),
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ];
        return new Route("GET", path, (_, _) => Task.FromResult(new Reply { ContentType = type, Body = body, Headers = fields }))
        {
            Group = "Dashboard",
            Chapter = "docs/inside/leases.md",
            ReplyContentTypes = [type.Split(';')[0]],
            Statuses = [200, 304],
        };
    }
}
