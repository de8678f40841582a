// If-None-Match (RFC 9110, section 13.1.2): a list of entity tags, or *.

namespace TinyGrepServer.Server;

internal static class EntityTags
{
    /// <summary>The first of these tags that the list holds; weak tags count as their strong twins, as If-None-Match compares.</summary>
    public static string? Find(string? list, params ReadOnlySpan<string> tags)
    {
        if (list is null) return null;
        if (list.Trim() == "*") return tags[0];
        foreach (var one in list.Split(','))
        {
            var strong = one.Trim() is ['W', '/', .. var rest] ? rest : one.Trim();
            foreach (var tag in tags)
            {
                if (tag == strong) return tag;
            }
        }
        return null;
    }
}
