// JSON is never embedded in markup here, so quotes, ampersands and non-ASCII letters are not escaped: readable, and a third shorter. This
// is the one place that sets it.

using System.Text.Encodings.Web;
using System.Text.Json;

namespace TinyGrepServer.Server;

internal static class RelaxedJson
{
    /// <summary>Escapes what JSON demands, and what may not be visible (emoji, too). Not for JSON inside of a page.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>These options, with that encoder: <c>new MyJson(RelaxedJson.Of(MyJson.Default.Options))</c>.</summary>
    public static JsonSerializerOptions Of(JsonSerializerOptions options) => new(options) { Encoder = Encoder };
}
