// PostgreSQL for many servers: pooled connections, a transaction for each write. A read on a connection that died with a restarted
// PostgreSQL is retried once; a write is not, since nobody can know whether it was committed.

using System.Data.Common;
using Npgsql;

namespace TinyGrepServer.Storage;

internal sealed class PostgresEngine(string url) : IDatabaseEngine
{
    const long MigrationLock = 0x74696E7967726570; // "tinygrep"
    const int Attempts = 3;

    readonly NpgsqlDataSource source = NpgsqlDataSource.Create(PostgresUrl.ToConnectionString(url));

    public bool IsPostgres => true;

    public bool ChecksUnasked => true;

    public bool IsThere => true;

    public Task OpenAsync(Func<DbTransaction, Task> migrate, CancellationToken cancellationToken) => WriteAsync(
        async transaction =>
        {
            await transaction.RunAsync("SELECT pg_advisory_xact_lock(@MigrationLock)", ("MigrationLock", MigrationLock));
            await migrate(transaction);
            return true;
        },
        cancellationToken);

    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                return await work(connection);
            }
            catch (NpgsqlException lost)
                when (attempt == 1 && lost is not PostgresException { IsTransient: false } && Unavailable(lost) is not null)
            {
                // The pool drops a dead connection by itself; the next one is another or new.
            }
        }
    }

    public async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var result = await work(transaction);
                await transaction.CommitAsync(CancellationToken.None); // a commit that is on its way is waited for
                return result;
            }
            catch (PostgresException conflict) when (attempt < Attempts && IsConflict(conflict.SqlState))
            {
                // PostgreSQL has rolled it back as a whole and asks for it again.
            }
        }
    }

    public string? Unavailable(Exception thrown) => thrown switch
    {
        PostgresException { SqlState: var state } => Reason(state),
        NpgsqlException { InnerException: TimeoutException } => "it does not answer",
        NpgsqlException { InnerException: System.Net.Sockets.SocketException or IOException } => "it cannot be reached",
        NpgsqlException { InnerException: null } => "it has no free connection or lost the one in use",
        _ => null,
    };

    public bool IsDuplicate(Exception thrown) => thrown is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public ValueTask DisposeAsync() => source.DisposeAsync();

    static bool IsConflict(string state) => state is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>By class of SQLSTATE (PostgreSQL's documentation, appendix A).</summary>
    static string? Reason(string state) => state switch
    {
        "53100" => "its disk is full",
        "25006" => "it may only be read",
        "3D000" => "there is no database of that name",
        "42501" => "its user may not do that",
        _ => state[..2] switch
        {
            "08" => "it cannot be reached",
            "28" => "it refuses the user or password",
            "53" => "it has no resources left",
            "57" => "it is stopping or starting",
            "55" => "it is locked",
            "40" => "too many writes collide",
            "58" or "XX" => "it has a fault of its own",
            _ => null,
        },
    };
}
