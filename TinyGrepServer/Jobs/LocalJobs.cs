// Jobs for a program that embeds the server. It is not a user: jobs it adds belong to no user, and it sees all jobs.

using TinyGrepServer.Server;

namespace TinyGrepServer.Jobs;

/// <summary>The jobs of an embedded server, in process. A refusal is an <see cref="ApiError"/>, as over HTTP.</summary>
public sealed class LocalJobs
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    readonly ServerState state;
    readonly JobActions? actions;
    readonly TimeProvider time;

    /// <param name="actions">Null: this server has no jobs.</param>
    internal LocalJobs(ServerState state, JobActions? actions, TimeProvider time) =>
        (this.state, this.actions, this.time) = (state, actions, time);

    /// <summary>Accepts a job; once this returns it survives a crash.</summary>
    /// <exception cref="ApiError">400: a member is not valid; 409: another with its unique key is waiting or running.</exception>
    public Task<JobReply> AddAsync(JobRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CallAsync((all, stop) => all.AddAsync(request, user: "", owner: null, stop), cancellationToken);
    }

    /// <summary>A job as it is now.</summary>
    /// <exception cref="ApiError">404: there is none of this id.</exception>
    public Task<JobReply> GetAsync(string id, CancellationToken cancellationToken = default) =>
        CallAsync((all, stop) => all.GetAsync(id, owner: null, stop), cancellationToken);

    /// <summary>A job once it is done, has failed for good, or was cancelled. It is polled ten times a second.</summary>
    /// <exception cref="ApiError">404: there is none of this id.</exception>
    public async Task<JobReply> WaitAsync(string id, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var job = await GetAsync(id, cancellationToken);
            if (job.State is JobState.Done or JobState.Failed or JobState.Cancelled) return job;
            await Task.Delay(Look, time, cancellationToken);
        }
    }

    /// <summary>Cancels a job that is waiting or has failed; one that is running, within about a second.</summary>
    /// <exception cref="ApiError">404: there is none of this id; 409: it is done.</exception>
    public Task<JobReply> CancelAsync(string id, CancellationToken cancellationToken = default) =>
        CallAsync((all, stop) => all.CancelAsync(id, owner: null, stop), cancellationToken);

    /// <summary>Retries a job that has failed or was cancelled.</summary>
    /// <exception cref="ApiError">404: there is none of this id; 409: it is in another state.</exception>
    public Task<JobReply> RetryAsync(string id, CancellationToken cancellationToken = default) =>
        CallAsync((all, stop) => all.RetryAsync(id, owner: null, stop), cancellationToken);

    async Task<JobReply> CallAsync(Func<JobActions, CancellationToken, Task<Job>> act, CancellationToken cancellationToken)
    {
        using var call = new LocalCall(state, cancellationToken);
        if (actions is null) throw ApiError.NotServed("jobs");
        return (await act(actions, call.Token)).ToReply();
    }
}
