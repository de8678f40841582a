// --otlp: logs and spans to an OpenTelemetry collector, OTLP over HTTP in protobuf. Requests only enqueue, into bounded
// queues, and each queue's own thread sends. A collector that is down or slow loses what does not fit; it never holds up a
// request or the stop.

using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace TinyGrepServer.Telemetry;

internal sealed class OtlpExport : IDisposable
{
    const int Queue = 8_192;
    const int Batch = 512;
    const int DelayMilliseconds = 1_000;
    const int ExportMilliseconds = 5_000;
    const int FlushMilliseconds = 1_500;

    static readonly ResourceBuilder Resource = ResourceBuilder.CreateEmpty()
        .AddService("TinyGrepServer", serviceVersion: Assembly.GetExecutingAssembly().GetName().Version?.ToString(3))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector(); // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word

    readonly BatchLogRecordExportProcessor records;
    readonly BatchActivityExportProcessor spans;
    readonly TracerProvider tracer;

    OtlpExport(Uri collector)
    {
        records = new BatchLogRecordExportProcessor(
            new OtlpLogExporter(Options(collector, "v1/logs")), Queue, DelayMilliseconds, ExportMilliseconds, Batch);
        spans = new BatchActivityExportProcessor(
            new OtlpTraceExporter(Options(collector, "v1/traces")), Queue, DelayMilliseconds, ExportMilliseconds, Batch);
        tracer = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(Resource).AddSource(Tracing.Source.Name).AddProcessor(spans).Build();
    }

    /// <summary>Starts listening to spans; null where no collector is named.</summary>
    public static OtlpExport? Start(LogSettings settings) => settings.Otlp is { } collector ? new OtlpExport(collector) : null;

    public void AddTo(ILoggingBuilder logging) => logging.AddOpenTelemetry(options =>
    {
        options.IncludeFormattedMessage = true;
        options.SetResourceBuilder(Resource).AddProcessor(new Naming()).AddProcessor(records);
    });

    /// <summary>Sends what is queued, and gives up after a second and a half.</summary>
    public Task FlushAsync() => Task.WhenAll(
        Task.Run(() => records.ForceFlush(FlushMilliseconds)),
        Task.Run(() => spans.ForceFlush(FlushMilliseconds)));

    /// <summary>What has not been flushed is lost: disposal waits for no collector.</summary>
    public void Dispose()
    {
        records.Shutdown(0);
        spans.Shutdown(0);
        tracer.Dispose();
        records.Dispose();
        spans.Dispose();
    }

    /// <summary>The environment's OTEL_EXPORTER_OTLP_HEADERS is read by the options themselves: that is where a token goes.</summary>
    static OtlpExporterOptions Options(Uri collector, string path) => new()
    {
        Protocol = OtlpExportProtocol.HttpProtobuf,
        Endpoint = new Uri($"{collector.ToString().TrimEnd('/')}/{path}"),
        TimeoutMilliseconds = ExportMilliseconds,
    };

    sealed class Naming : BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data) =>
            (data.Attributes, data.Exception) = (LogAttributes.Of(data.Attributes, data.Exception), null);
    }
}
