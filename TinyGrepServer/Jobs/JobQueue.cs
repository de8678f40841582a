// Jobs as workers see them: claimed, renewed, settled. A claim is a lease under this server's name; every later change names holder and
// attempt, so a server that was slow to notice that it lost the lease cannot touch what another has taken over.

using System.Data.Common;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Jobs;

/// <summary>A job that this server has.</summary>
internal sealed record ClaimedJob(string Id, string Kind, byte[] Input, long Priority, long RunAt, long Attempts, long MaxAttempts)
{
    public const string Columns = "id, kind, input, priority, run_at, attempts, max_attempts";

    /// <summary>In the order of <see cref="Columns"/>.</summary>
    public static ClaimedJob Read(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2),
        row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6));
}

/// <summary>How an attempt ended.</summary>
/// <param name="State">The job's next state.</param>
/// <param name="Digest">The message that holds its result.</param>
/// <param name="Delay">Milliseconds until the next attempt; -1: its time stays as it is.</param>
/// <param name="Uncounted">1 where the attempt does not count: the job was handed back.</param>
internal sealed record Ending(
    string Id, long Attempts, string State, long Progress,
    string? Error = null, string? Digest = null, long Delay = -1, long Uncounted = 0);

internal sealed class JobQueue
{
    const int PurgeBatch = 1_000;
    const string Unwanted = "SELECT id FROM jobs WHERE state = 'running' AND cancel_requested = 1 AND holder = @Holder";

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
            UPDATE jobs SET state = 'running', holder = @Holder, attempts = attempts + 1,
                started_at = {now}, lease_until = {now} + @Lease, progress = 0
            WHERE {Among($"SELECT id FROM jobs WHERE {waiting} ORDER BY priority DESC, run_at, id LIMIT @Max")}
            RETURNING {ClaimedJob.Columns}
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
        var old = $"SELECT id FROM jobs WHERE finished_at < {now} - @Keep ORDER BY finished_at LIMIT {PurgeBatch}";
        purge = $"DELETE FROM jobs WHERE {Among(old)}";
    }

    public string Holder { get; }

    /// <summary>Whether there can be a job at all: a database that nobody has made yet stays unmade.</summary>
    public bool MayHaveJobs => database.IsThere;

    /// <summary>Whether a job is due or its holder lost.</summary>
    public async Task<bool> IsAnyDueAsync(CancellationToken cancellationToken) => await database.ReadAsync(
        connection => connection.Prepared(due, ("Now", clock.Now)).ExecuteScalarAsync(cancellationToken),
        cancellationToken) is true or 1L; // SQLite has no boolean

    /// <summary>Records endings and takes new jobs, both in one commit.</summary>
    /// <param name="max">How many jobs to take at the most.</param>
    /// <param name="lookForLost">Whether to take away, first, jobs from servers that have not renewed their lease.</param>
    /// <returns>The jobs taken, in the order they should run.</returns>
    public Task<IReadOnlyList<ClaimedJob>> SettleAndClaimAsync(
        IReadOnlyList<Ending> endings, int max, bool lookForLost, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<ClaimedJob>>(
            async transaction =>
            {
                var now = clock.Now;
                foreach (var ending in endings) await SettleAsync(transaction, ending, now);
                if (lookForLost) await transaction.RunAsync(takeOver, ("Now", now));
                if (max == 0) return [];
                var claimed = await transaction.Prepared(claim, ("Holder", Holder), ("Lease", lease), ("Max", max), ("Now", now))
                    .RowsAsync(ClaimedJob.Read, CancellationToken.None);
                return
                [
                    .. claimed.OrderByDescending(job => job.Priority).ThenBy(job => job.RunAt)
                        .ThenBy(job => job.Id, StringComparer.Ordinal),
                ];
            },
            cancellationToken);

    /// <summary>Says that these are alive, and how far.</summary>
    /// <returns>Those that are this server's no longer.</returns>
    public Task<IReadOnlyList<string>> RenewAsync(
        IReadOnlyList<(string Id, long Attempts, long Progress)> running, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<string>>(
            async transaction =>
            {
                List<string> lost = [];
                foreach (var (id, attempts, progress) in running)
                {
                    var renewed = await transaction.RunAsync(
                        renew,
                        ("Id", id), ("Attempts", attempts), ("Progress", progress),
                        ("Holder", Holder), ("Lease", lease), ("Now", clock.Now));
                    if (renewed == 0) lost.Add(id);
                }
                return lost;
            },
            cancellationToken);

    /// <summary>Those of this server's jobs that somebody wants to be cancelled.</summary>
    public async Task<IReadOnlyList<string>> CancelRequestedAsync(CancellationToken cancellationToken) => await database.ReadAsync(
        connection => connection.Prepared(Unwanted, ("Holder", Holder)).RowsAsync(row => row.GetString(0), cancellationToken),
        cancellationToken);

    /// <summary>Forgets jobs that ended longer ago than that.</summary>
    public async Task PurgeAsync(TimeSpan keep, CancellationToken cancellationToken)
    {
        var (milliseconds, now) = ((long)keep.TotalMilliseconds, clock.Now);
        int purged;
        do // a thousand at a time: others' writes get their turn between
        {
            purged = await database.WriteAsync(
                transaction => transaction.RunAsync(purge, ("Keep", milliseconds), ("Now", now)), cancellationToken);
        }
        while (purged == PurgeBatch);
    }

    Task<int> SettleAsync(DbTransaction transaction, Ending ending, long now) => transaction.RunAsync(
        settle,
        ("Id", ending.Id), ("Attempts", ending.Attempts), ("State", ending.State), ("Progress", ending.Progress), ("Error", ending.Error),
        ("Digest", ending.Digest), ("Delay", ending.Delay), ("Uncounted", ending.Uncounted), ("Holder", Holder), ("Now", now));

    /// <summary>On PostgreSQL rows that another server is at are passed over, and the choice is made once.</summary>
    string Among(string select) => database.IsPostgres ? $"id = ANY(ARRAY({select} FOR UPDATE SKIP LOCKED))" : $"id IN ({select})";
}
