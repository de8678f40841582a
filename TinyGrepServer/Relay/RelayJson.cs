// The JSON of the relay slice: strict when read.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace TinyGrepServer.Relay;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict)]
[JsonSerializable(typeof(WorkReply))]
[JsonSerializable(typeof(RelayQuestion))]
internal sealed partial class RelayJson : JsonSerializerContext;
