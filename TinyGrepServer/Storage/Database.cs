// The one entry to the database. It opens on first use, hides which database it is, and turns a busy or lost one into 503 with
// Retry-After: only the name of the failure is remembered, so the next request simply tries again.

using System.Data.Common;
using System.Diagnostics.Metrics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Storage;

/// <summary>SQLite or PostgreSQL. Values go into SQL as parameters only; <see cref="Statements"/> runs it and reads rows.</summary>
public sealed partial class Database : IAsyncDisposable
{
    static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(3);

    readonly List<Migration> migrations = [];
    readonly Lock gate = new();
    readonly IDatabaseEngine engine;
    readonly ILogger log;
    readonly TimeProvider time;
    Task? opening;
    volatile bool opened;
    volatile string? problem;

    internal Database(StorageSettings settings, Meter meter, ILogger log, TimeProvider time)
    {
        (this.log, this.time) = (log, time);
        engine = settings.DatabaseOrDefault.StartsWith("sqlite:", StringComparison.Ordinal)
            ? new SqliteEngine(settings, meter, time)
            : new PostgresEngine(settings.DatabaseOrDefault);
    }

    /// <summary>Whether the SQL is for PostgreSQL, not SQLite.</summary>
    public bool IsPostgres => engine.IsPostgres;

    /// <summary>Whether it has been used.</summary>
    internal bool IsOpen => opened;

    /// <summary>Whether it may hold anything: false for a SQLite file that nobody has made yet, so that looking need not make it.</summary>
    internal bool IsThere => opened || engine.IsThere;

    internal HealthCheck Check => new("database", ProblemAsync);

    /// <summary>Adds a step to the schema; to be called before first use, as slices do when they are made.</summary>
    public void Add(params IEnumerable<Migration> steps) => migrations.AddRange(steps);

    /// <summary>Reads.</summary>
    /// <param name="work">Asks the connection it is given, as with <see cref="Statements"/>.</param>
    /// <exception cref="ApiError">503: the database is busy or lost.</exception>
    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken) =>
        GuardAsync(() => engine.ReadAsync(work, cancellationToken), isWrite: false, cancellationToken);

    /// <summary>Writes in a transaction and returns once it is durable; what <paramref name="work"/> throws undoes all it did.</summary>
    /// <param name="work">Changes rows; it must wait for nothing but the database, since others' writes wait for it.</param>
    /// <exception cref="ApiError">503: the database is busy or lost.</exception>
    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellationToken) =>
        GuardAsync(() => engine.WriteAsync(work, cancellationToken), isWrite: true, cancellationToken);

    /// <summary>Whether what was thrown says that a unique key is taken.</summary>
    public bool IsDuplicate(Exception thrown) => engine.IsDuplicate(thrown);

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    async Task<T> GuardAsync<T>(Func<Task<T>> work, bool isWrite, CancellationToken cancellationToken)
    {
        try
        {
            if (!opened) await OpenAsync(cancellationToken);
            var result = await work();
            if (isWrite && problem is not null) Recovered();
            return result;
        }
        catch (Exception thrown) when (Unavailable(thrown) is { } reason)
        {
            if (problem != reason) Lost(log, thrown, reason);
            problem = reason;
            throw ApiError.Unavailable($"The database cannot be used at the moment: {reason}.");
        }
    }

    string? Unavailable(Exception thrown) => thrown is NewerSchema ? "it was used by a newer program" : engine.Unavailable(thrown);

    /// <summary>One attempt for all that wait for it; after a failure the next request makes the next.</summary>
    Task OpenAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (opening is null || (opening.IsCompleted && !opened)) opening = OpenOnceAsync();
            return opening.WaitAsync(cancellationToken);
        }
    }

    async Task OpenOnceAsync()
    {
        await Task.Yield(); // not under the lock
        await engine.OpenAsync(transaction => Migration.RunAsync(transaction, migrations, engine.IsPostgres, time), CancellationToken.None);
        opened = true;
    }

    /// <summary>After a failure only a real write tells that all is well again: a full disk can still be read.</summary>
    async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        if (!opened && problem is null && !engine.ChecksUnasked) return null;
        var statement = problem is null ? "SELECT 1" : "UPDATE schema_migrations SET applied_at = applied_at";
        using var timeout = new CancellationTokenSource(CheckTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await WriteAsync(transaction => transaction.RunAsync(statement), limit.Token);
            return null;
        }
        catch (ApiError refused)
        {
            return refused.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "the database does not answer";
        }
    }

    void Recovered()
    {
        problem = null;
        Back(log);
    }

    [LoggerMessage(50, LogLevel.Error, "The database cannot be used: {Reason}")]
    static partial void Lost(ILogger log, Exception thrown, string reason);

    [LoggerMessage(51, LogLevel.Information, "The database can be used again")]
    static partial void Back(ILogger log);
}
