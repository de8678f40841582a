// A job that does nothing: to measure the queue, and to see how jobs wait, run, fail and end. Only with --diagnostics.

using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Jobs;

/// <summary>What a noop is told.</summary>
internal sealed record NoopInput
{
    /// <summary>How long it runs, 0..3,600,000.</summary>
    [JsonPropertyName("milliseconds")] public int? Milliseconds { get; init; }

    /// <summary>So many attempts fail before one succeeds.</summary>
    [JsonPropertyName("failures")] public int? Failures { get; init; }
}

internal static class NoopKind
{
    const int MaxMilliseconds = 3_600_000;
    const int Step = 100;

    public static JobKind Create(TimeProvider time) => new("noop", input => Parse(input), (run, stop) => RunAsync(run, time, stop));

    static NoopInput Parse(ReadOnlyMemory<byte> input)
    {
        var parsed = StrictJson.Parse(input.Span, JobsJson.Default.NoopInput);
        ValueRules.InRange(parsed.Milliseconds ?? 0, 0, MaxMilliseconds, "milliseconds");
        return parsed;
    }

    static async Task<byte[]?> RunAsync(JobRun run, TimeProvider time, CancellationToken cancellationToken)
    {
        var input = Parse(run.Input);
        for (var (done, all) = (0, input.Milliseconds ?? 0); done < all; done += Step)
        {
            run.Report(done);
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(Step, all - done)), time, cancellationToken);
        }
        run.Report(input.Milliseconds ?? 0);
        if (run.Attempt <= input.Failures) throw new ApiError(502, $"Attempt {run.Attempt} of this job was asked to fail.");
        return null;
    }
}
