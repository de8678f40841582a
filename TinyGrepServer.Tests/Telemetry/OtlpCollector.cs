// A collector as an OpenTelemetry SDK sees one: it takes POSTs to /v1/logs and /v1/traces and reads them by opentelemetry-proto.

using System.Collections.Concurrent;
using System.Net;

namespace TinyGrepServer.Tests.Telemetry;

internal sealed record SpanSeen(
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    int Kind,
    IReadOnlyDictionary<string, string> Attributes,
    int Status);

internal sealed record LogSeen(
    string Body,
    int Severity,
    string EventName,
    string TraceId,
    string SpanId,
    IReadOnlyDictionary<string, string> Attributes);

internal sealed class OtlpCollector : IAsyncDisposable
{
    readonly HttpListener listener = new();
    readonly ConcurrentQueue<SpanSeen> spans = new();
    readonly ConcurrentQueue<LogSeen> logs = new();
    readonly TaskCompletionSource over = new();
    readonly bool isSilent;
    int requests;

    /// <param name="isSilent">Takes requests and never answers.</param>
    public OtlpCollector(bool isSilent = false)
    {
        this.isSilent = isSilent;
        Url = $"http://127.0.0.1:{Ports.Free()}";
        listener.Prefixes.Add($"{Url}/");
        listener.Start();
        _ = AcceptAsync();
    }

    public string Url { get; }

    public int Requests => Volatile.Read(ref requests);

    public IReadOnlyList<SpanSeen> Spans => [.. spans];

    public IReadOnlyList<LogSeen> Logs => [.. logs];

    public async Task<SpanSeen> SpanAsync(string name)
    {
        await Wait.UntilAsync(() => spans.Any(span => span.Name == name), $"a span {name}");
        return spans.First(span => span.Name == name);
    }

    public async Task<LogSeen> LogAsync(string words)
    {
        await Wait.UntilAsync(() => logs.Any(log => log.Body.Contains(words, StringComparison.Ordinal)), $"a log record '{words}'");
        return logs.First(log => log.Body.Contains(words, StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync()
    {
        over.TrySetResult();
        listener.Close();
        return ValueTask.CompletedTask;
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.GetContextAsync());
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    async Task ServeAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        Interlocked.Increment(ref requests);
        if (isSilent) await over.Task;
        Assert.AreEqual("application/x-protobuf", context.Request.ContentType);
        var sent = new Protobuf(body.ToArray());
        foreach (var scope in sent.Messages(1).SelectMany(resource => resource.Messages(2)))
        {
            if (context.Request.Url!.AbsolutePath == "/v1/traces") foreach (var span in scope.Messages(2)) spans.Enqueue(ReadSpan(span));
            if (context.Request.Url!.AbsolutePath == "/v1/logs") foreach (var log in scope.Messages(2)) logs.Enqueue(ReadLog(log));
        }
        context.Response.ContentType = "application/x-protobuf";
        context.Response.Close();
    }

    static SpanSeen ReadSpan(Protobuf span) => new(
        span.Hex(1),
        span.Hex(2),
        span.Hex(4),
        span.Text(5),
        (int)span.Number(6),
        span.Attributes(9),
        (int)(span.Messages(15).FirstOrDefault()?.Number(3) ?? 0));

    static LogSeen ReadLog(Protobuf log) => new(
        log.Messages(5).Single().AnyValue(), (int)log.Number(2), log.Text(12), log.Hex(9), log.Hex(10), log.Attributes(6));
}
