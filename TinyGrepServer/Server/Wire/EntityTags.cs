// Entity tags (RFC 9110, sections 8.8.3 and 13.1): made of bytes, and looked for in a list of them, or *.

using System.Security.Cryptography;

namespace TinyGrepServer.Server;

internal static class EntityTags
{
    /// <summary>The strong tag of a representation: of its bytes, so the same everywhere.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var half = SHA256.HashData(bytes).AsSpan(0, 16);
        return $"\"{Convert.ToHexStringLower(half)}\"";
    }

    /// <summary>The first of these tags that the list holds.</summary>
    /// <param name="weakly">Weak tags count as their strong twins, as If-None-Match compares; If-Match does not.</param>
    public static string? Find(string? list, bool weakly, params ReadOnlySpan<string> tags)
    {
        if (list is null) return null;
        if (list.Trim() == "*") return tags[0];
        foreach (var one in list.Split(','))
        {
            var tag = one.Trim();
            if (weakly && tag.StartsWith("W/", StringComparison.Ordinal)) tag = tag["W/".Length..];
            var at = tags.IndexOf(tag);
            if (at >= 0) return tags[at];
        }
        return null;
    }
}
