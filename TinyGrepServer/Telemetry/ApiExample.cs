// A route's example is a curl command; here it is parsed, so that its values appear beside the parameters and the body they belong to.
// What cannot be parsed is shown as the command alone.

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal sealed partial class ApiExample
{
    readonly Dictionary<string, string> values = [];

    public ApiExample(Route route)
    {
        if (route.Example is not { } example) return;
        Command = $"curl {example}";
        var address = Address().Match(example);
        if (address.Success)
        {
            var path = address.Groups["path"].Value.TrimStart('/').Split('/');
            for (var at = 0; at < route.Segments.Length && at < path.Length; at++)
            {
                if (route.Segments[at].StartsWith('{')) values[route.Segments[at].Trim('{', '*', '}')] = Uri.UnescapeDataString(path[at]);
            }
            foreach (var pair in address.Groups["query"].Value.Split('&'))
            {
                if (pair.Split('=', 2) is [var name, var value]) values[name] = Uri.UnescapeDataString(value);
            }
        }
        if (Data().Match(example) is { Success: true } data) Body = TryParse(data.Groups["body"].Value);
    }

    /// <summary>The whole command; <c>{url}</c> stands for the server's address.</summary>
    public string? Command { get; }

    /// <summary>The body it sends, if it is JSON.</summary>
    public JsonNode? Body { get; }

    /// <summary>The value it gives a parameter, as that parameter's type; null where it gives none.</summary>
    public JsonNode? Of(Parameter parameter)
    {
        if (!values.TryGetValue(parameter.Name, out var value)) return null;
        return parameter.Type switch
        {
            "integer" => long.TryParse(value, out var number) ? JsonValue.Create(number) : null,
            "boolean" => bool.TryParse(value, out var flag) ? JsonValue.Create(flag) : null,
            "string[]" => new JsonArray(value),
            _ => JsonValue.Create(value),
        };
    }

    static JsonNode? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\{url\}(?<path>[^\s'""?]*)(?:\?(?<query>[^\s'""]*))?")]
    private static partial Regex Address();

    [GeneratedRegex("(?:-d|--json) '(?<body>[^']*)'")]
    private static partial Regex Data();
}
