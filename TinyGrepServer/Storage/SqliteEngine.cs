// SQLite in a file: separate readers that never wait for a writer (WAL), and one writer that commits in groups. Its calls are in fact
// synchronous, and short; a read takes microseconds. The file may be lost and come back: connections are checked before each use and
// reopened when another file is at the path.

using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TinyGrepServer.Server;

namespace TinyGrepServer.Storage;

internal sealed class SqliteEngine : IDatabaseEngine
{
    const int MaxIdleReaders = 32;
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>How long SQLite waits for a lock, in milliseconds.</summary>
    const int WriteWait = 2_000;

    /// <summary>The same for the first use of a file: where many servers begin at once, one makes the tables and the others wait.</summary>
    const int OpeningWait = 10_000;

    const string Pragmas = "PRAGMA synchronous = FULL; PRAGMA case_sensitive_like = ON; PRAGMA query_only = ";

    static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

    readonly ConcurrentBag<SqliteConnection> idle = [];
    readonly string file;
    readonly GroupCommit writer;
    readonly TimeProvider time;
    bool created;

    public SqliteEngine(StorageSettings settings, Meter meter, TimeProvider time)
    {
        this.time = time;
        file = Path.GetFullPath(settings.DatabaseOrDefault["sqlite:".Length..]);
        writer = new GroupCommit(() => Open(readOnly: false), settings.WriteGroup, meter);
    }

    public bool IsPostgres => false;

    public bool ChecksUnasked => false;

    public bool IsThere => File.Exists(file);

    public async Task OpenAsync(Func<DbTransaction, Task> migrate, CancellationToken cancellationToken)
    {
        SqliteLibrary.Need();
        MakeFolder(Path.GetDirectoryName(file)!);
        if (!created && !File.Exists(file)) MakeFile();
        await using var connection = await OpenFirstAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken); // takes the write lock at once
        await migrate(transaction);
        await transaction.CommitAsync(cancellationToken);
        created = true; // from now on a missing file is a lost one
    }

    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        var connection = Rent();
        try
        {
            var result = await work(connection);
            Return(connection);
            return result;
        }
        catch (ApiError) // a refusal of the work's own says nothing against the connection
        {
            Return(connection);
            throw;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellationToken) =>
        writer.WriteAsync(work, cancellationToken);

    public string? Unavailable(Exception thrown) => thrown switch
    {
        DllNotFoundException => "SQLite's library libsqlite3.so.0 is missing; install the package libsqlite3-0",
        UnauthorizedAccessException => "its folder or file may not be written",
        IOException => "its folder cannot be made",
        SqliteException { SqliteErrorCode: var code } => Reason(code),
        _ => null,
    };

    public bool IsDuplicate(Exception thrown) => thrown is SqliteException
    {
        SqliteErrorCode: raw.SQLITE_CONSTRAINT,
        SqliteExtendedErrorCode: raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY,
    };

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        while (idle.TryTake(out var connection)) await connection.DisposeAsync();
    }

    /// <summary>What is wrong with the database as such; null where it is something else.</summary>
    public static string? Reason(int code) => code switch
    {
        raw.SQLITE_NOMEM => "there is no memory left for it",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "it is locked by another program",
        raw.SQLITE_FULL => "its disk is full",
        raw.SQLITE_IOERR => "its disk cannot be read or written",
        raw.SQLITE_CANTOPEN => "its file is gone or may not be opened",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => "its file may not be written",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "its file is damaged",
        _ => null,
    };

    SqliteConnection Rent()
    {
        while (idle.TryTake(out var connection))
        {
            if (!SqliteLibrary.HasMoved(connection.Handle!)) return connection;
            connection.Dispose();
        }
        return Open(readOnly: true);
    }

    void Return(SqliteConnection connection)
    {
        if (idle.Count < MaxIdleReaders) idle.Add(connection);
        else connection.Dispose();
    }

    /// <summary>A new file becomes one with a write-ahead log, which only one can do, and SQLite does not wait for that one.</summary>
    async Task<SqliteConnection> OpenFirstAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var connection = Open(readOnly: false, OpeningWait);
            try
            {
                await connection.Prepared("PRAGMA journal_mode = WAL").ExecuteNonQueryAsync(cancellationToken);
                return connection;
            }
            catch (SqliteException refused)
            {
                await connection.DisposeAsync();
                var isTooLate = time.GetElapsedTime(started).TotalMilliseconds > OpeningWait;
                if (isTooLate || refused.SqliteErrorCode != raw.SQLITE_BUSY) throw;
            }
            await Task.Delay(BetweenAttempts, time, cancellationToken);
        }
    }

    /// <summary>SQLite's own busy handler waits for a lock; the provider's loop around it would sleep on a thread of the pool.</summary>
    SqliteConnection Open(bool readOnly, int wait = WriteWait)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();
            using var set = connection.Once($"PRAGMA busy_timeout = {wait}; {Pragmas}{(readOnly ? "ON" : "OFF")}");
            set.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    static void MakeFolder(string folder)
    {
        if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>
    /// Only where it is new: closing a file that SQLite has open would take away its locks (sqlite.org/howtocorrupt.html, 2.2).
    /// </summary>
    void MakeFile()
    {
        try
        {
            var asNew = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
            using var handle = new FileStream(file, asNew);
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another server was first.
        }
    }
}
