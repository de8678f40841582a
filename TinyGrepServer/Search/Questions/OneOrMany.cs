// In JSON, a single name may stand for a list of one. Public, because JSON contexts of embedding programs name it.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace TinyGrepServer.Search;

/// <summary>Lets <c>"dictionary":"a.txt"</c> stand for <c>["a.txt"]</c>.</summary>
public sealed class OneOrMany : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return [reader.GetString()!];
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
        List<string> many = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            many.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException());
        }
        return many;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartArray();
        foreach (var one in value) writer.WriteStringValue(one);
        writer.WriteEndArray();
    }
}
