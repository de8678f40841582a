// What every reply of the pages has: a content security policy that allows only the server's own files, and an entity tag made of the
// bytes themselves.

using System.Text;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Web;

internal static class PageReply
{
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    public static Reply Html(Markup page, int status = 200)
    {
        var bytes = Encoding.UTF8.GetBytes(page.Html);
        return new Reply
        {
            Status = status,
            ContentType = "text/html; charset=utf-8",
            Body = bytes,
            Headers = PageFields.Of(bytes, Policy),
        };
    }
}
