// If-None-Match and If-Match (RFC 9110, section 13.1): a list of entity tags, or *.

namespace TinyGrepServer.Server;

internal static class EntityTags
{
    /// <summary>Whether a list of tags holds this one; weak tags count as their strong twins, as If-None-Match compares.</summary>
    public static bool Match(string? list, string tag) =>
        list is not null && (list.Trim() == "*" || list.Split(',').Any(one => Strong(one.Trim()) == Strong(tag)));

    static string Strong(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
}
