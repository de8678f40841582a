// JSON in, strictly: unknown keys, duplicate keys, missing keys, wrong types and trailing text are refused, naming the key
// and what was expected. The serializer does the work; only after it has refused is the reason worked out.

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TinyGrepServer.Server;

internal static class StrictJson
{
    /// <summary>Reads <paramref name="utf8"/> as a <typeparamref name="T"/>, whose serializer options are expected to be strict.</summary>
    /// <exception cref="ApiError">400.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type)
    {
        utf8 = ByteOrderMark.Skip(utf8);
        if (utf8.IsEmpty) throw ApiError.BadRequest($"The body is empty; expected a JSON object{Members(type)}.");
        try
        {
            return JsonSerializer.Deserialize(utf8, type) ?? throw new JsonException();
        }
        catch (Exception refused) when (refused is JsonException or InvalidOperationException)
        {
            throw ApiError.BadRequest(Explain(utf8.ToArray(), type, (refused as JsonException)?.Path ?? ""));
        }
    }

    static string Explain(byte[] utf8, JsonTypeInfo type, string path)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8);
        }
        catch (JsonException broken)
        {
            return $"The body is not JSON: line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}.";
        }
        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return $"The body must be a JSON object{Members(type)}, not {Kind(root)}.";
            try
            {
                return DuplicateKey(root)
                    ?? ExplainMembers(root, type, path)
                    ?? $"The body does not have the expected form{Members(type)}.";
            }
            catch (InvalidOperationException) // a key or string with a lone surrogate
            {
                return "The body has a string that is not valid Unicode.";
            }
        }
    }

    static string? ExplainMembers(JsonElement root, JsonTypeInfo type, string path)
    {
        HashSet<string> seen = [];
        foreach (var member in root.EnumerateObject())
        {
            var key = Printable.Excerpt(member.Name, 64);
            seen.Add(member.Name);
            if (type.Properties.FirstOrDefault(property => property.Name == member.Name) is not { } expected)
                return $"Unknown key '{key}'{Members(type)}.";
            var isNullInVain = member.Value.ValueKind == JsonValueKind.Null && !expected.IsSetNullable;
            if (isNullInVain || IsAt(path, member.Name)) return $"'{key}' must be {Expected(expected)}, not {Kind(member.Value)}.";
        }
        var missing = type.Properties.FirstOrDefault(property => property.IsRequired && !seen.Contains(property.Name));
        return missing is null ? null : $"The key '{missing.Name}' is missing; expected {Expected(missing)}.";
    }

    /// <summary>Whether the serializer gave up at this member; its paths are <c>$.name</c>, <c>$.name[0]</c>, <c>$['a name']</c>.</summary>
    static bool IsAt(string path, string name) =>
        path == $"$.{name}"
        || path.StartsWith($"$.{name}[", StringComparison.Ordinal)
        || path.StartsWith($"$['{name}']", StringComparison.Ordinal);

    static string? DuplicateKey(JsonElement root)
    {
        var twice = root.EnumerateObject().GroupBy(member => member.Name).FirstOrDefault(same => same.Count() > 1);
        return twice is null ? null : $"The key '{Printable.Excerpt(twice.Key, 64)}' is given twice.";
    }

    static string Expected(JsonPropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var name = type == typeof(string) ? "a string of valid Unicode"
            : type == typeof(bool) ? "true or false"
            : type == typeof(int) ? "an integer of 32 bits"
            : type == typeof(long) ? "an integer of 64 bits"
            : typeof(IEnumerable<string>).IsAssignableFrom(type) ? "a string or a list of strings"
            : "of another form";
        return property.IsSetNullable ? $"{name} or null" : name;
    }

    static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "this string",
        JsonValueKind.Number => $"the number {Printable.Excerpt(value.GetRawText(), 32)}",
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    };

    static string Members(JsonTypeInfo type) => $" with the keys {string.Join(", ", type.Properties.Select(property => property.Name))}";
}
