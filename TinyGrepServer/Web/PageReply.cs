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

    /// <summary>A page; 304 where the client has the same bytes.</summary>
    public static Reply Html(Exchange exchange, Markup page, int status = 200)
    {
        var reply = Make(Encoding.UTF8.GetBytes(page.Html), "text/html; charset=utf-8");
        return status == 200 ? OrNotModified(exchange, reply) : reply with { Status = status };
    }

    /// <summary>A file that goes out again and again; its compressed forms are kept.</summary>
    public static Reply File(byte[] bytes, string type) => Make(bytes, type) with { Forms = new CompressedForms(_ => { }) };

    public static Reply OrNotModified(Exchange exchange, Reply reply) =>
        exchange.KnownTag(Field(reply, "ETag")) is { } known
            ? Reply.Empty(304, ("ETag", known), ("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding"))
            : reply;

    static Reply Make(byte[] bytes, string type) => new()
    {
        ContentType = type,
        Body = bytes,
        Headers = PageFields.Of(bytes, Policy),
    };

    static string Field(Reply reply, string name) => reply.Headers.First(field => field.Name == name).Value;
}
