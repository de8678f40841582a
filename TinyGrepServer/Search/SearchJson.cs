// The JSON of the search slice: strict when read, readable when written.

using System.Text.Json;
using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SearchRequest))]
[JsonSerializable(typeof(FirstRequest))]
[JsonSerializable(typeof(DictionaryList))]
[JsonSerializable(typeof(LinesReply))]
[JsonSerializable(typeof(LinesFound))]
[JsonSerializable(typeof(SearchReply))]
[JsonSerializable(typeof(FirstReply))]
[JsonSerializable(typeof(FollowReply))]
[JsonSerializable(typeof(string))]
internal sealed partial class SearchJson : JsonSerializerContext
{
    /// <summary>Leaves non-ASCII text as it is: our answers are JSON, never markup.</summary>
    public static SearchJson Plain => field ??= new(RelaxedJson.Of(Default.Options));

    /// <summary>A name as a JSON string, with its quotes, as <see cref="Plain"/> writes it.</summary>
    public static byte[] Quoted(string name) =>
        [(byte)'"', .. JsonEncodedText.Encode(name, RelaxedJson.Encoder).EncodedUtf8Bytes, (byte)'"'];
}
