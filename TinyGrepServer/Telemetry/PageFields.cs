// The header fields of pages: an entity tag made of the bytes themselves, revalidated each time, a policy that says what the page may
// load, and no referrer for other sites. The jobs dashboard has its own set, with a Cross-Origin-Opener-Policy too.

using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal static class PageFields
{
    public static (string Name, string Value)[] Of(byte[] page, string policy) =>
    [
        ("ETag", EntityTags.Of(page)),
        ("Cache-Control", "no-cache"),
        ("Content-Security-Policy", policy),
        ("Referrer-Policy", "no-referrer"),
    ];
}
