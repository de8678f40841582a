// A job's input is stored as the bytes that came, and shown inside other JSON as long as the job exists. So whatever could not be written
// again is refused on arrival: strings that are not Unicode, and nesting too deep for a page of jobs. A row from before that rule is
// shown as text, so it cannot break a list.

using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TinyGrepServer.Server;

namespace TinyGrepServer.Jobs;

internal static class JobInput
{
    public const int MaxBytes = 16 << 10;
    const int MaxDepth = 48; // of the 64 that readers and writers take by themselves

    /// <summary>The bytes of an input that may be kept, before its kind has seen it.</summary>
    /// <exception cref="ApiError">400.</exception>
    public static byte[] Check(JsonElement? input)
    {
        if (input is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null) })
            throw ApiError.BadRequest("'input' must be a JSON object.");
        var bytes = input is { ValueKind: JsonValueKind.Object } given ? JsonMarshal.GetRawUtf8Value(given).ToArray() : "{}"u8.ToArray();
        if (bytes.Length > MaxBytes) throw ApiError.BadRequest($"'input' has {bytes.Length} bytes; at most {MaxBytes} are allowed.");
        if (WrongWith(bytes) is { } wrong) throw ApiError.BadRequest($"'input' {wrong}.");
        return bytes;
    }

    /// <summary>As it is shown: the JSON itself, or where it cannot be shown, its text in the member <c>unreadable</c>.</summary>
    public static JsonElement Show(byte[] kept) => WrongWith(kept) is null
        ? JsonElement.Parse(kept)
        : JsonElement.Parse(new JsonObject { ["unreadable"] = Encoding.UTF8.GetString(kept) }.ToJsonString());

    static string? WrongWith(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) reader.GetString();
            }
            return null;
        }
        catch (InvalidOperationException) // bad UTF-8, or half of a surrogate pair
        {
            return "has a string that is not valid Unicode";
        }
        catch (JsonException)
        {
            return $"is not JSON, or nested deeper than {MaxDepth} levels";
        }
    }
}
