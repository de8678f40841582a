// Logs go to stderr, one line an event, written by the logger's own thread. When nobody reads stderr, lines are dropped
// (and counted by the logger) rather than requests held up.

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;

namespace TinyGrepServer.Telemetry;

/// <summary>How log lines look.</summary>
public enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line, for machines: OpenTelemetry's log data model.</summary>
    Json,
}

/// <summary>What is logged, and how.</summary>
public sealed record LogSettings
{
    public LogFormat Format { get; init; } = LogFormat.Text;

    /// <summary>The least severe level that is written.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>The OpenTelemetry collector that logs and traces are sent to, without <c>/v1/logs</c>; null: none.</summary>
    public Uri? Otlp { get; init; }
}

internal static class Logs
{
    const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    public static ILoggerFactory Create(LogSettings settings, OtlpExport? export = null) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(settings.Level);
        export?.AddTo(logging);
        logging.AddConsole(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.FormatterName = settings.Format == LogFormat.Json ? JsonLines.FormatName : ConsoleFormatterNames.Simple;
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        if (settings.Format == LogFormat.Json)
        {
            logging.Services.AddSingleton<ConsoleFormatter>(new JsonLines());
        }
        else
        {
            logging.AddSimpleConsole(text =>
            {
                text.SingleLine = true;
                text.UseUtcTimestamp = true;
                text.TimestampFormat = TimeFormat;
                text.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }
    });
}
