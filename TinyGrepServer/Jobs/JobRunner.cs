// One attempt of a job, and what its end means: done, failed for good, retry later, cancelled, handed back, or nothing if another server
// has taken the job over.

using System.Security.Cryptography;
using TinyGrepServer.Server;

namespace TinyGrepServer.Jobs;

/// <param name="keep">Keeps a result as a message and returns its digest.</param>
internal sealed partial class JobRunner(
    Func<byte[], CancellationToken, Task<string>> keep, JobMetrics metrics, ILogger log, TimeProvider time)
{
    const int MaxError = 500;
    const string Unexpected = "An internal error; the server's log has the details under the job's id.";
    const int Chances = 1_000;

    /// <returns>How it ended; null if the job is no longer this server's.</returns>
    public async Task<Ending?> RunAsync(JobKind kind, HeldJob held)
    {
        var started = time.GetTimestamp();
        var (outcome, ending) = await TryAsync(kind, held);
        metrics.Ended(kind.Name, outcome, time.GetElapsedTime(started));
        return ending;
    }

    /// <summary>The job waits again, and this attempt does not count.</summary>
    public static Ending HandedBack(HeldJob held) => new(held.Job.Id, held.Job.Attempts, JobState.Waiting, 0, Uncounted: 1);

    async Task<(string Outcome, Ending? Ending)> TryAsync(JobKind kind, HeldJob held)
    {
        var job = held.Job;
        try
        {
            held.Token.ThrowIfCancellationRequested();
            var result = await kind.Run(held.Run, held.Token);
            var digest = result is null ? null : await keep(result, held.Token);
            return ("done", new Ending(job.Id, job.Attempts, JobState.Done, held.Run.Progress, Digest: digest));
        }
#pragma warning disable CA1031 // The worker's catch-all: whatever a kind throws fails this attempt only.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            return held.Token.IsCancellationRequested ? Cancelled(held) : Failed(held, thrown);
        }
    }

    static (string, Ending?) Cancelled(HeldJob held) => held.Reason switch
    {
        CancelReason.Unwanted => ("cancelled", new Ending(held.Job.Id, held.Job.Attempts, JobState.Cancelled, held.Run.Progress)),
        CancelReason.Stopping => ("handed_back", HandedBack(held)),
        _ => ("lost", null),
    };

    (string, Ending?) Failed(HeldJob held, Exception thrown)
    {
        var job = held.Job;
        if (thrown is not ApiError) LogUnexpected(log, thrown, job.Id);
        var words = Printable.Excerpt(thrown is ApiError refused ? refused.Message : Unexpected, MaxError);
        var failed = new Ending(job.Id, job.Attempts, JobState.Failed, held.Run.Progress, words);
        if (job.Attempts >= job.MaxAttempts || IsFinal(thrown)) return ("failed", failed);
        var delay = Backoff.After(job.Attempts, RandomNumberGenerator.GetInt32(Chances) / (double)Chances);
        return ("retry", failed with { State = JobState.Waiting, Delay = (long)delay.TotalMilliseconds });
    }

    /// <summary>An invalid request will not become valid, nor will a 501; a 408 or 429 may pass.</summary>
    static bool IsFinal(Exception thrown) => thrown is ApiError { Status: (>= 400 and < 500 and not (408 or 429)) or 501 };

    [LoggerMessage(62, LogLevel.Error, "The job {Id} failed unexpectedly")]
    static partial void LogUnexpected(ILogger log, Exception thrown, string id);
}
