// What can be done with jobs, for the API and for calls in process: each change is stored, and the workers are told.

namespace TinyGrepServer.Jobs;

/// <param name="wake">Tells the workers that a job has come.</param>
/// <param name="cancelHere">Cancels a job that runs on this server.</param>
internal sealed class JobActions(JobStore store, IReadOnlyDictionary<string, JobKind> kinds, Action wake, Action<string> cancelHere)
{
    /// <summary>Accepts a job; once this returns it survives a crash.</summary>
    /// <param name="owner">The user who may learn which job has its unique key; null: everybody.</param>
    /// <exception cref="Server.ApiError">400: a member is not valid; 409: another with its unique key is waiting or running.</exception>
    public async Task<Job> AddAsync(JobRequest request, string user, string? owner, CancellationToken cancellationToken)
    {
        var job = await store.AddAsync(NewJob.Parse(request, user, kinds), owner, cancellationToken);
        if (request.RunAt is null) wake();
        return job;
    }

    /// <exception cref="Server.ApiError">404.</exception>
    public Task<Job> GetAsync(string id, string? owner, CancellationToken cancellationToken) =>
        store.GetAsync(Normal(id), owner, cancellationToken);

    /// <summary>Cancels a job that waits or has failed; one that runs, within about a second.</summary>
    /// <exception cref="Server.ApiError">404; 409: it is done.</exception>
    public async Task<Job> CancelAsync(string id, string? owner, CancellationToken cancellationToken)
    {
        var job = await store.CancelAsync(Normal(id), owner, cancellationToken);
        cancelHere(job.Id);
        return job;
    }

    /// <summary>Retries a job that has failed or was cancelled.</summary>
    /// <exception cref="Server.ApiError">404; 409: it is in another state.</exception>
    public async Task<Job> RetryAsync(string id, string? owner, CancellationToken cancellationToken)
    {
        var job = await store.RetryAsync(Normal(id), owner, cancellationToken);
        wake();
        return job;
    }

    static string Normal(string id) => Guid.TryParseExact(id, "D", out var known) ? known.ToString() : throw JobStore.Missing(id);
}
