// GET /wait runs sleep through the same wrapper as grep; GET /fail throws; /internal/walk shows what happened to recent requests. All
// only with --diagnostics: to watch a slow request, a stop that waits for it, what an unhandled error looks like to client and log, and
// the path of each request.

using System.Globalization;
using System.Text.Json.Serialization;
using TinyGrepServer.Processes;
using TinyGrepServer.Server;

namespace TinyGrepServer.Diagnostics;

/// <summary>The answer of /wait.</summary>
/// <param name="Waited">Seconds.</param>
internal sealed record WaitReply([property: JsonPropertyName("waited")] int Waited);

/// <param name="walk">Shows the last requests.</param>
internal sealed class DiagnosticsSlice(WalkPage walk) : ISlice
{
    const int MaxSeconds = 3_600;
    const int DefaultSeconds = 10;

    static readonly Parameter Seconds = new("seconds", "How long, 0..3,600. Default 10.", "integer", Min: 0, Max: MaxSeconds);

    public string Name => "diagnostics";

    public IReadOnlyList<Route> Routes { get; } =
    [
        new("GET", "/wait", WaitAsync)
        {
            Group = "Diagnostics",
            Summary = "Runs sleep and answers when it has ended.",
            Parameters = [Seconds],
            ReplyType = DiagnosticsJson.Default.WaitReply,
            Statuses = [200, 501],
            Deadline = Timeout.InfiniteTimeSpan,
            Example = "-s {url}/wait?seconds=1",
            Chapter = "docs/inside/stopping.md",
        },
        new("GET", "/fail", (_, _) => throw new InvalidOperationException("This is the failure that /fail was asked for."))
        {
            Group = "Diagnostics",
            Summary = "Fails with an unhandled error.",
            Statuses = [500],
            Example = "-s {url}/fail",
            Chapter = "docs/inside/serving.md",
        },
        walk.Route,
    ];

    static async Task<Reply> WaitAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var seconds = QueryParameters.Read(exchange.Query, [Seconds]).Integer("seconds", 0, MaxSeconds) ?? DefaultSeconds;
        var program = Executable.Find("sleep") ?? throw new ApiError(501, "There is no sleep on PATH.");
        await using var child = await ChildProcess.StartAsync(
            new ChildCommand { Program = program, Arguments = [seconds.ToString(CultureInfo.InvariantCulture)] }, cancellationToken);
        await using var onCancel = cancellationToken.UnsafeRegister(static sleep => ((ChildProcess)sleep!).Kill(), child);
        var exit = await child.WaitAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return exit.Code == 0
            ? Reply.Json(new WaitReply(seconds), DiagnosticsJson.Default.WaitReply)
            : throw new InvalidOperationException($"sleep ended with {exit.Code}.");
    }
}

[JsonSerializable(typeof(WaitReply))]
internal sealed partial class DiagnosticsJson : JsonSerializerContext;
