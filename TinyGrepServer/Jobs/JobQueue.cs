// Jobs as workers see them: claimed, kept alive, settled. A claim is a lease under this server's name; every later change names
// holder and attempt, so that a server that was slow to notice its loss cannot touch what another has taken over.

using System.Data.Common;
using Dapper;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Jobs;

/// <summary>A job that this server has.</summary>
internal sealed record ClaimedJob(string Id, string Kind, byte[] Input, long Priority, long RunAt, long Attempts, long MaxAttempts);

/// <summary>How an attempt ended.</summary>
/// <param name="State">The job's next state.</param>
/// <param name="Digest">The message that holds its result.</param>
/// <param name="Delay">Milliseconds until the next attempt; -1: its time stays as it is.</param>
/// <param name="Uncounted">1 where the attempt does not count: the job was handed back.</param>
internal sealed record Ending(string Id, long Attempts, string State, long Progress, string? Error = null, string? Digest = null, long Delay = -1, long Uncounted = 0);

internal sealed class JobQueue
{
    const int PurgeBatch = 1_000;

    readonly Database database;
    readonly JobClock clock;
    readonly long lease;
    readonly string claim;
    readonly string settle;
    readonly string renew;
    readonly string takeOver;
    readonly string due;
    readonly string purge;

    /// <param name="holder">This server's name, no other's.</param>
    /// <param name="kinds">What it can do: names of letters and underscores.</param>
    public JobQueue(Database database, JobClock clock, string holder, IEnumerable<string> kinds, TimeSpan lease)
    {
        (this.database, this.clock, this.lease, Holder) = (database, clock, (long)lease.TotalMilliseconds, holder);
        var now = clock.Sql;
        var known = string.Join(", ", kinds.Select(kind => $"'{kind}'"));
        var waiting = $"state = 'waiting' AND run_at <= {now} AND kind IN ({known})";
        var lost = $"state = 'running' AND lease_until < {now}";
        claim = $"""
            UPDATE jobs SET state = 'running', holder = @Holder, attempts = attempts + 1, started_at = {now}, lease_until = {now} + @Lease, progress = 0
            WHERE {Among($"SELECT id FROM jobs WHERE {waiting} ORDER BY priority DESC, run_at, id LIMIT @Most")}
            RETURNING id AS Id, kind AS Kind, input AS Input, priority AS Priority, run_at AS RunAt, attempts AS Attempts, max_attempts AS MaxAttempts
            """;
        settle = $"""
            UPDATE jobs SET state = CASE WHEN cancel_requested = 1 AND @State = 'waiting' THEN 'cancelled' ELSE @State END,
                finished_at = CASE WHEN cancel_requested = 1 OR @State <> 'waiting' THEN {now} END,
                run_at = CASE WHEN @Delay < 0 THEN run_at ELSE {now} + @Delay END,
                attempts = attempts - @Uncounted, progress = @Progress, result = @Digest, lease_until = NULL, cancel_requested = 0,
                error = CASE WHEN @State = 'done' THEN NULL ELSE COALESCE(@Error, error) END
            WHERE id = @Id AND holder = @Holder AND attempts = @Attempts AND state = 'running'
            """;
        renew = $"""
            UPDATE jobs SET lease_until = {now} + @Lease, progress = @Progress
            WHERE id = @Id AND holder = @Holder AND attempts = @Attempts AND state = 'running'
            """;
        takeOver = $"""
            UPDATE jobs SET error = 'The server that ran it was lost.', lease_until = NULL, cancel_requested = 0,
                finished_at = CASE WHEN cancel_requested = 1 OR attempts >= max_attempts THEN {now} END,
                state = CASE WHEN cancel_requested = 1 THEN 'cancelled' WHEN attempts >= max_attempts THEN 'failed' ELSE 'waiting' END
            WHERE {Among($"SELECT id FROM jobs WHERE {lost}")}
            """;
        due = $"SELECT EXISTS (SELECT 1 FROM jobs WHERE {waiting}) OR EXISTS (SELECT 1 FROM jobs WHERE {lost})";
        purge = $"DELETE FROM jobs WHERE {Among($"SELECT id FROM jobs WHERE finished_at < {now} - @Keep ORDER BY finished_at LIMIT {PurgeBatch}")}";
    }

    public string Holder { get; }

    /// <summary>Whether there can be a job at all: a database that nobody has made yet stays unmade.</summary>
    public bool MayHaveJobs => database.IsThere;

    /// <summary>Whether a job is due or its holder lost.</summary>
    public async Task<bool> IsAnyDueAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(connection => connection.ExecuteScalarAsync<bool>(due, new { clock.Now }), cancellationToken);

    /// <summary>Records endings and takes new jobs, both in one commit.</summary>
    /// <param name="most">The most jobs to take.</param>
    /// <param name="lookForLost">Whether to take away, first, jobs from servers that have not renewed their lease.</param>
    /// <returns>The jobs taken, in the order they should run.</returns>
    public Task<IReadOnlyList<ClaimedJob>> SettleAndClaimAsync(IReadOnlyList<Ending> endings, int most, bool lookForLost, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<ClaimedJob>>(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var now = clock.Now;
                if (endings.Count > 0)
                    await connection.ExecuteAsync(settle, endings.Select(one => new { one.Id, one.Attempts, one.State, one.Progress, one.Error, one.Digest, one.Delay, one.Uncounted, Holder, Now = now }), transaction);
                if (lookForLost) await connection.ExecuteAsync(takeOver, new { Now = now }, transaction);
                if (most == 0) return [];
                var claimed = await connection.QueryAsync<ClaimedJob>(claim, new { Holder, Lease = lease, Most = most, Now = now }, transaction);
                return [.. claimed.OrderByDescending(job => job.Priority).ThenBy(job => job.RunAt).ThenBy(job => job.Id, StringComparer.Ordinal)];
            },
            cancellationToken);

    /// <summary>Says that these are alive, and how far.</summary>
    /// <returns>Those that are this server's no longer.</returns>
    public Task<IReadOnlyList<string>> RenewAsync(IReadOnlyList<(string Id, long Attempts, long Progress)> running, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<string>>(
            async transaction =>
            {
                List<string> lost = [];
                foreach (var (id, attempts, progress) in running)
                {
                    if (await transaction.Connection!.ExecuteAsync(renew, new { Id = id, Attempts = attempts, Progress = progress, Holder, Lease = lease, clock.Now }, transaction) == 0) lost.Add(id);
                }
                return lost;
            },
            cancellationToken);

    /// <summary>Those of this server's jobs that somebody wants to be cancelled.</summary>
    public async Task<IReadOnlyList<string>> CancelRequestedAsync(CancellationToken cancellationToken) =>
        [.. await database.ReadAsync(connection => connection.QueryAsync<string>("SELECT id FROM jobs WHERE state = 'running' AND cancel_requested = 1 AND holder = @Holder", new { Holder }), cancellationToken)];

    /// <summary>Forgets jobs that ended longer ago than that.</summary>
    public async Task PurgeAsync(TimeSpan keep, CancellationToken cancellationToken)
    {
        var parameters = new { Keep = (long)keep.TotalMilliseconds, clock.Now };
        while (await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(purge, parameters, transaction), cancellationToken) == PurgeBatch)
        {
            // A thousand at a time: others' writes get their turn between.
        }
    }

    /// <summary>On PostgreSQL rows that another server is at are passed over, and the choice is made once.</summary>
    string Among(string select) => database.IsPostgres ? $"id = ANY(ARRAY({select} FOR UPDATE SKIP LOCKED))" : $"id IN ({select})";
}
