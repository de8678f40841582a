// What a job does. A kind comes from another slice, through App, or from an embedding program: a name, a check of the input before the
// job is accepted, and the work. The work may run twice, so it must be idempotent.

namespace TinyGrepServer.Jobs;

/// <summary>One kind of job.</summary>
/// <param name="Name">As in <c>"kind"</c>: lower-case letters and underscores.</param>
/// <param name="Check">Throws an <see cref="Server.ApiError"/> of 400 if the input, a JSON object in UTF-8, is not valid.</param>
/// <param name="Run">Does the work.</param>
public sealed record JobKind(string Name, Action<ReadOnlyMemory<byte>> Check, JobWork Run);

/// <summary>
/// Does the work of a job. An <see cref="Server.ApiError"/> of 400..499 other than 408 and 429, or of 501, fails the job for good.
/// Whatever else it throws is tried again, as long as the job has attempts left.
/// </summary>
/// <param name="run">The job.</param>
/// <param name="cancellationToken">
/// Cancelled when the job is cancelled, when the server stops, and when another server may have taken the job over.
/// </param>
/// <returns>The result, a text in UTF-8 that is stored as a message; null: none.</returns>
public delegate Task<byte[]?> JobWork(JobRun run, CancellationToken cancellationToken);

/// <summary>A job while it runs.</summary>
/// <param name="id">The job's id.</param>
/// <param name="input">A JSON object in UTF-8.</param>
/// <param name="attempt">1 for the first.</param>
public sealed class JobRun(string id, ReadOnlyMemory<byte> input, int attempt)
{
    long progress;

    public string Id => id;

    public ReadOnlyMemory<byte> Input => input;

    public int Attempt => attempt;

    internal long Progress => Volatile.Read(ref progress);

    /// <summary>Reports progress: any number that grows. Written to the job about once a second.</summary>
    public void Report(long done) => Volatile.Write(ref progress, done);
}
