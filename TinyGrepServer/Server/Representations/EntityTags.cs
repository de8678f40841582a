// Entity tags (RFC 9110, sections 8.8.3 and 13.1): made of bytes, and looked for in a list of them, or *.

using System.Security.Cryptography;

namespace TinyGrepServer.Server;

internal static class EntityTags
{
    const string Weak = "W/";

    /// <summary>The strong tag of a representation: of its bytes, so the same everywhere.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var half = SHA256.HashData(bytes).AsSpan(0, 16);
        return $"\"{Convert.ToHexStringLower(half)}\"";
    }

    public static bool IsAny(string list) => list.AsSpan().Trim() is "*";

    /// <summary>The first of these tags that the list holds; with <c>*</c> the first.</summary>
    /// <param name="weakly">Weak tags count as their strong twins, as If-None-Match compares; for If-Match they equal nothing.</param>
    public static string? Find(string? list, bool weakly, params ReadOnlySpan<string> tags)
    {
        if (list is null || tags.IsEmpty) return null;
        if (IsAny(list)) return tags[0];
        foreach (var one in Read(list))
        {
            foreach (var tag in tags)
            {
                if (AreEqual(one, tag, weakly)) return tag;
            }
        }
        return null;
    }

    /// <summary>The comparisons of section 8.8.3.2.</summary>
    public static bool AreEqual(string one, string other, bool weakly) =>
        weakly ? Opaque(one) == Opaque(other) : one == other && !one.StartsWith(Weak, StringComparison.Ordinal);

    static string Opaque(string tag) => tag.StartsWith(Weak, StringComparison.Ordinal) ? tag[Weak.Length..] : tag;

    /// <summary>The tags of a list as far as it is one: a tag may hold commas, so the quotes lead.</summary>
    static List<string> Read(string list)
    {
        List<string> tags = [];
        for (var at = 0; at < list.Length;)
        {
            if (list[at] is ' ' or '\t' or ',')
            {
                at++;
                continue;
            }
            var quote = list.AsSpan(at).StartsWith(Weak, StringComparison.Ordinal) ? at + Weak.Length : at;
            if (quote >= list.Length || list[quote] != '"') break;
            var end = list.IndexOf('"', quote + 1);
            if (end < 0 || (end + 1 < list.Length && list[end + 1] is not (' ' or '\t' or ','))) break;
            tags.Add(list[at..(end + 1)]);
            at = end + 1;
        }
        return tags;
    }
}
