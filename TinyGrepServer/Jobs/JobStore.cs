// The jobs as clients see them: added, listed, cancelled, retried. An owner limits all of that to one user's jobs, as if there were no
// others; null means everybody's. What workers do with them is in JobQueue.

using System.Data.Common;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Jobs;

internal sealed class JobStore
{
    /// <summary>Cancels at once what no server has; what runs is marked, and its server sees the mark.</summary>
    const string SetCancelled = """
        UPDATE jobs SET cancel_requested = CASE WHEN state = 'running' THEN 1 ELSE 0 END,
            finished_at = CASE WHEN state = 'running' THEN finished_at ELSE {0} END,
            state = CASE WHEN state = 'running' THEN state ELSE 'cancelled' END
        """;

    const string SetWaiting = """
        UPDATE jobs SET state = 'waiting', attempts = 0, run_at = {0}, finished_at = NULL, progress = 0, cancel_requested = 0
        """;

    const string IsOwn = "COALESCE(@Owner, user_name) = user_name";
    const string ById = $"SELECT {Job.Columns} FROM jobs WHERE id = @Id AND {IsOwn}";
    const string Count = "SELECT state, count(*) FROM jobs GROUP BY state";

    /// <summary>It reads the index of states through, rather than each of the user's rows.</summary>
    const string CountOwn = "SELECT state, count(*) FROM jobs WHERE user_name || '' = @Owner GROUP BY state";

    const string Holding = $"""
        SELECT id FROM jobs WHERE kind = @Kind AND unique_key = @UniqueKey AND state IN ('waiting', 'running') AND {IsOwn}
        """;

    readonly Database database;
    readonly JobClock clock;
    readonly string insert;
    readonly string setCancelled;
    readonly string setWaiting;
    readonly string cancelOne;
    readonly string retryOne;

    public JobStore(Database database, JobClock clock)
    {
        (this.database, this.clock) = (database, clock);
        setCancelled = SetCancelled.Replace("{0}", clock.Sql, StringComparison.Ordinal);
        setWaiting = SetWaiting.Replace("{0}", clock.Sql, StringComparison.Ordinal);
        cancelOne = $"{setCancelled} WHERE id = @Id AND {IsOwn} AND state IN ('waiting', 'running', 'failed')";
        retryOne = $"{setWaiting} WHERE id = @Id AND {IsOwn} AND state IN ('failed', 'cancelled')";
        insert = $"""
            INSERT INTO jobs (id, kind, input, state, priority, run_at,
                attempts, max_attempts, unique_key, user_name, created_at, progress, cancel_requested)
            VALUES (@Id, @Kind, @Input, 'waiting', @Priority, COALESCE(@RunAt, {clock.Sql}),
                0, @MaxAttempts, @UniqueKey, @UserName, {clock.Sql}, 0, 0)
            ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL AND state IN ('waiting', 'running') DO NOTHING
            RETURNING created_at
            """;
        database.Add(Migration.Embedded("Jobs"));
    }

    /// <summary>Keeps a job; once this returns it survives a crash.</summary>
    /// <param name="owner">The user who may learn which job has its unique key.</param>
    /// <exception cref="ApiError">409: another with its unique key waits or runs.</exception>
    public Task<Job> AddAsync(NewJob job, string? owner, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction =>
        {
            var keep = transaction.Prepared(
                insert,
                ("Id", job.Id), ("Kind", job.Kind), ("Input", job.Input), ("Priority", job.Priority), ("RunAt", job.RunAt),
                ("MaxAttempts", job.MaxAttempts), ("UniqueKey", job.UniqueKey), ("UserName", job.UserName), ("Now", clock.Now));
            if (await keep.ExecuteScalarAsync(CancellationToken.None) is not long createdAt)
                throw await TakenAsync(transaction, job, owner);
            return new Job
            {
                Id = job.Id,
                Kind = job.Kind,
                Input = job.Input,
                State = JobState.Waiting,
                Priority = job.Priority,
                RunAt = job.RunAt ?? createdAt,
                MaxAttempts = job.MaxAttempts,
                UniqueKey = job.UniqueKey,
                UserName = job.UserName,
                CreatedAt = createdAt,
            };
        },
        cancellationToken);

    /// <exception cref="ApiError">404.</exception>
    public Task<Job> GetAsync(string id, string? owner, CancellationToken cancellationToken) => database.ReadAsync(
        connection => FindAsync(connection.Prepared(ById, ("Id", id), ("Owner", owner)), id, cancellationToken), cancellationToken);

    /// <summary>At most one job more than the query's limit: then there is another page.</summary>
    public async Task<IReadOnlyList<Job>> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        List<(string, object?)> parameters = [];
        var sql = $"SELECT {Job.Columns} FROM jobs {query.ToSql(parameters)}";
        return await database.ReadAsync(
            async connection =>
            {
                using var list = connection.Once(sql, [.. parameters]);
                return await list.RowsAsync(Job.Read, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>How many jobs are in each state.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(string? owner, CancellationToken cancellationToken)
    {
        var counted = await database.ReadAsync(
            connection => (owner is null ? connection.Prepared(Count) : connection.Prepared(CountOwn, ("Owner", owner)))
                .RowsAsync(row => (State: row.GetString(0), Count: row.GetInt64(1)), cancellationToken),
            cancellationToken);
        var counts = JobState.All.ToDictionary(state => state, _ => 0L);
        foreach (var (state, count) in counted) counts[state] = count;
        return counts;
    }

    /// <summary>Cancels a job that waits, runs or has failed; one that is cancelled already stays so.</summary>
    /// <exception cref="ApiError">404; 409: it is done.</exception>
    public Task<Job> CancelAsync(string id, string? owner, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction =>
        {
            await transaction.RunAsync(cancelOne, ("Id", id), ("Owner", owner), ("Now", clock.Now));
            var job = await FindAsync(transaction.Prepared(ById, ("Id", id), ("Owner", owner)), id, CancellationToken.None);
            return job.State != JobState.Done ? job : throw new ApiError(409, "The job is done; there is nothing to cancel.");
        },
        cancellationToken);

    /// <summary>Lets a failed or cancelled job wait for its turn again, with all its attempts before it.</summary>
    /// <exception cref="ApiError">404; 409: it is in another state, or another with its unique key waits or runs.</exception>
    public Task<Job> RetryAsync(string id, string? owner, CancellationToken cancellationToken) => TellTakenAsync(() => database.WriteAsync(
        async transaction =>
        {
            var changed = await transaction.RunAsync(retryOne, ("Id", id), ("Owner", owner), ("Now", clock.Now));
            var job = await FindAsync(transaction.Prepared(ById, ("Id", id), ("Owner", owner)), id, CancellationToken.None);
            return changed > 0
                ? job
                : throw new ApiError(409, $"The job is {job.State}; only one that has failed or was cancelled can be retried.");
        },
        cancellationToken));

    /// <summary>Cancels all jobs of a state and kind.</summary>
    public Task<int> CancelAllAsync(string state, string? kind, string? owner, CancellationToken cancellationToken) => ChangeAllAsync(
        $"{setCancelled} WHERE state = @State AND {IsOwn} AND cancel_requested = 0", state, kind, owner, cancellationToken);

    /// <summary>
    /// Retries all jobs of a state and kind; of those that share a unique key the newest, and none where one waits or runs already.
    /// </summary>
    public Task<int> RetryAllAsync(string state, string? kind, string? owner, CancellationToken cancellationToken) =>
        TellTakenAsync(() => ChangeAllAsync(
            $"""
            {setWaiting} WHERE state = @State AND {IsOwn} AND (unique_key IS NULL OR NOT EXISTS (
                SELECT 1 FROM jobs other WHERE other.kind = jobs.kind AND other.unique_key = jobs.unique_key
                    AND (other.state IN ('waiting', 'running')
                        OR (other.state = @State AND other.id > jobs.id AND COALESCE(@Owner, other.user_name) = other.user_name))))
            """,
            state, kind, owner, cancellationToken));

    Task<int> ChangeAllAsync(string update, string state, string? kind, string? owner, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => kind is null
                ? transaction.RunAsync(update, ("State", state), ("Owner", owner), ("Now", clock.Now))
                : transaction.RunAsync(
                    $"{update} AND kind = @Kind", ("State", state), ("Owner", owner), ("Kind", kind), ("Now", clock.Now)),
            cancellationToken);

    async Task<T> TellTakenAsync<T>(Func<Task<T>> change)
    {
        try
        {
            return await change();
        }
        catch (Exception thrown) when (database.IsDuplicate(thrown))
        {
            throw new ApiError(409, "Another job with the same unique key is waiting or running.");
        }
    }

    /// <summary>Keys are shared by all users; only those who may see a job learn that it has the key.</summary>
    static async Task<ApiError> TakenAsync(DbTransaction transaction, NewJob job, string? owner)
    {
        var other = (string?)await transaction.Prepared(Holding, ("Kind", job.Kind), ("UniqueKey", job.UniqueKey), ("Owner", owner))
            .ExecuteScalarAsync(CancellationToken.None);
        var words = $"Another {job.Kind} job with the unique key '{Printable.Excerpt(job.UniqueKey!, 80)}' waits or runs.";
        return other is null ? new ApiError(409, words) : new ApiError(409, words, ("Location", $"{JobsApi.Base}/{other}"));
    }

    static async Task<Job> FindAsync(DbCommand byId, string id, CancellationToken cancellationToken) =>
        await byId.RowAsync(Job.Read, cancellationToken) ?? throw Missing(id);

    public static ApiError Missing(string id) => ApiError.NotFound($"No job '{Printable.Excerpt(id, 80)}'.");
}
