// A log event's values under their OpenTelemetry names: what the code calls {Status} is http.response.status_code to
// everyone else. The JSON lines and the collector both get these.

using System.Collections.Concurrent;
using System.Text.Json;

namespace TinyGrepServer.Telemetry;

internal static class LogAttributes
{
    static readonly ConcurrentDictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["Method"] = "http.request.method",
        ["Path"] = "url.path",
        ["Status"] = "http.response.status_code",
        ["Bytes"] = "http.response.body.size",
        ["Milliseconds"] = "duration_ms",
        ["Client"] = "client.address",
        ["RequestId"] = Tracing.RequestId,
    };

    /// <summary>The values, with the request's id where they do not have it, and what was thrown; empty ones are left out.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>> Of(IEnumerable<KeyValuePair<string, object?>>? values, Exception? thrown)
    {
        List<KeyValuePair<string, object?>> attributes = new(capacity: 10);
        var hasRequest = false;
        foreach (var (name, value) in values ?? [])
        {
            if (name == "{OriginalFormat}" || value is null or "") continue;
            hasRequest |= name == "RequestId";
            if (name == "Path" && value is string url) AddUrl(attributes, url);
            else attributes.Add(new(Name(name), Plain(value)));
        }
        if (!hasRequest && Tracing.CurrentRequestId() is { } id) attributes.Add(new(Tracing.RequestId, id));
        if (thrown is not null)
        {
            attributes.Add(new("exception.type", thrown.GetType().FullName));
            attributes.Add(new("exception.message", thrown.Message));
            attributes.Add(new("exception.stacktrace", thrown.ToString()));
        }
        return attributes;
    }

    static void AddUrl(List<KeyValuePair<string, object?>> attributes, string url)
    {
        var mark = url.IndexOf('?', StringComparison.Ordinal);
        attributes.Add(new("url.path", mark < 0 ? url : url[..mark]));
        if (mark >= 0) attributes.Add(new("url.query", url[(mark + 1)..]));
    }

    /// <summary>Names come from templates in the code, so there are few of them to keep.</summary>
    static string Name(string name) => Names.GetOrAdd(
        name, static name => name.Contains('.', StringComparison.Ordinal) ? name : JsonNamingPolicy.SnakeCaseLower.ConvertName(name));

    static object Plain(object value) => value switch
    {
        string or bool or int or long or double => value,
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };
}
