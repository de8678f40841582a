// The header fields of every page, wherever it comes from: an entity tag made of the bytes themselves, revalidated each time, a
// policy that says what the page may load, and no word to other sites about where a link was followed.

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
