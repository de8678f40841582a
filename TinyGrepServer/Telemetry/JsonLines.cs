// --log-format json: one object a line, with the member names of OpenTelemetry's log data model, so that a collector
// reading stderr needs no mapping.

using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal sealed class JsonLines() : ConsoleFormatter(FormatName)
{
    public const string FormatName = "opentelemetry";

    static readonly JsonWriterOptions Relaxed = new() { Encoder = RelaxedJson.Encoder };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            WriteSeverity(json, logEntry.LogLevel);
            json.WriteString("body", logEntry.Formatter(logEntry.State, logEntry.Exception));
            WriteAttributes(json, logEntry.State as IEnumerable<KeyValuePair<string, object?>>, logEntry.Exception);
            WriteTrace(json, Activity.Current);
            if (logEntry.EventId.Name is { } name) json.WriteString("event_name", name);
            json.WriteStartObject("scope");
            json.WriteString("name", logEntry.Category);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        textWriter.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        textWriter.Write('\n');
    }

    /// <summary>Texts and numbers of the data model, section SeverityNumber.</summary>
    static void WriteSeverity(Utf8JsonWriter json, LogLevel level)
    {
        var (text, number) = level switch
        {
            LogLevel.Trace => ("TRACE", 1),
            LogLevel.Debug => ("DEBUG", 5),
            LogLevel.Information => ("INFO", 9),
            LogLevel.Warning => ("WARN", 13),
            LogLevel.Error => ("ERROR", 17),
            _ => ("FATAL", 21),
        };
        json.WriteString("severity_text", text);
        json.WriteNumber("severity_number", number);
    }

    static void WriteAttributes(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, object?>>? values, Exception? thrown)
    {
        json.WriteStartObject("attributes");
        foreach (var (name, value) in LogAttributes.Of(values, thrown))
        {
            json.WritePropertyName(name);
            if (value is double number) json.WriteNumberValue(Math.Round(number, 3));
            else if (value is int or long) json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
            else if (value is bool flag) json.WriteBooleanValue(flag);
            else json.WriteStringValue((string)value!);
        }
        json.WriteEndObject();
    }

    static void WriteTrace(Utf8JsonWriter json, Activity? activity)
    {
        if (activity is null) return;
        json.WriteString("trace_id", activity.TraceId.ToHexString());
        json.WriteString("span_id", activity.SpanId.ToHexString());
        json.WriteString("trace_flags", activity.Recorded ? "01" : "00");
    }
}
