// What every reply of the pages carries: a policy under which nothing runs but our own files, and an entity tag made of
// the bytes themselves.

using System.Text;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Web;

internal static class PageReply
{
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    public static Reply Html(Markup page, int status = 200) =>
        Make(Encoding.UTF8.GetBytes(page.Html), "text/html; charset=utf-8") with { Status = status };

    /// <summary>A file that goes out again and again; its compressed forms are kept.</summary>
    public static Reply File(byte[] bytes, string type) => Make(bytes, type) with { Forms = new CompressedForms(_ => { }) };

    static Reply Make(byte[] bytes, string type) => new()
    {
        ContentType = type,
        Body = bytes,
        Headers = PageFields.Of(bytes, Policy),
    };
}
