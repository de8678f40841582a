// Commits the writes of concurrent requests together: one fsync for many. While a group's commit waits for the disk, the next group
// gathers; no write waits for others to arrive. Each write has a savepoint of its own, so one that fails does not affect the others, and
// each request is answered after its group's commit.

using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using TinyGrepServer.Server;

namespace TinyGrepServer.Storage;

internal sealed class GroupCommit : IAsyncDisposable
{
    const int MaxWaiting = 10_000;

    readonly Channel<Write> waiting = Channel.CreateBounded<Write>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    readonly Func<SqliteConnection> open;
    readonly int maxGroup;
    readonly Counter<long> commits;
    readonly Counter<long> writes;
    readonly Lazy<Task> loop;
    SqliteConnection? connection;

    public GroupCommit(Func<SqliteConnection> open, int maxGroup, Meter meter)
    {
        (this.open, this.maxGroup) = (open, maxGroup);
        commits = meter.CreateCounter<long>("tinygrep.database.commits", description: "Commits of SQLite, each for a group of writes.");
        writes = meter.CreateCounter<long>("tinygrep.database.writes", description: "Writes committed by SQLite.");
        meter.CreateObservableGauge(
            "tinygrep.database.queue.length", () => waiting.Reader.Count, description: "Writes waiting for their commit.");
        loop = new Lazy<Task>(() => Task.Run(RunAsync));
    }

    /// <exception cref="ApiError">503: too many writes wait already.</exception>
    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        var write = new Write<T>(work, cancellationToken);
        if (!waiting.Writer.TryWrite(write)) throw ApiError.Unavailable($"Too many writes: {MaxWaiting} are waiting already.");
        _ = loop.Value;
        return write.Committed.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        if (loop.IsValueCreated) await loop.Value;
        Close();
    }

    async Task RunAsync()
    {
        while (await waiting.Reader.WaitToReadAsync()) await CommitGroupAsync();
    }

    /// <summary>Whatever happens to a group, its writes are told, and the loop goes on.</summary>
    async Task CommitGroupAsync()
    {
        List<Write> group = [];
        try
        {
            if (connection is not null && SqliteLibrary.HasMoved(connection.Handle!)) Close();
            connection ??= open();
            // Takes the write lock at once; after a failure it ends with its connection.
            var transaction = await connection.BeginTransactionAsync();
            while (group.Count < maxGroup && waiting.Reader.TryRead(out var write))
            {
                group.Add(write);
                await write.RunAsync(transaction);
            }
            await transaction.CommitAsync();
            await transaction.DisposeAsync();
        }
#pragma warning disable CA1031 // Each waiting request gets what was thrown.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            // All that have waited by now would meet the same: none is made to wait for the others' failures first.
            while (group.Count < maxGroup && waiting.Reader.TryRead(out var write)) group.Add(write);
            foreach (var write in group) write.Fail(thrown);
            Close();
            return;
        }
        commits.Add(1);
        writes.Add(group.Count);
        foreach (var write in group) write.Succeed();
    }

    /// <summary>Where SQLite has rolled back by itself, as on a full disk, the provider's rollback fails.</summary>
    void Close()
    {
        try
        {
            connection?.Dispose();
        }
        catch (Exception late) when (late is SqliteException or InvalidOperationException)
        {
            connection!.Handle?.Dispose();
        }
        connection = null;
    }

    abstract class Write
    {
        public abstract Task RunAsync(DbTransaction transaction);

        public abstract void Succeed();

        public abstract void Fail(Exception thrown);
    }

    sealed class Write<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellationToken) : Write
    {
        Exception? refusal;
        T? result;

        public TaskCompletionSource<T> Committed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What is wrong with the work undoes the work alone; what is wrong with the database undoes the group.</summary>
        public override async Task RunAsync(DbTransaction transaction)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                refusal = new OperationCanceledException(cancellationToken);
                return;
            }
            await transaction.Prepared("SAVEPOINT work").ExecuteNonQueryAsync(CancellationToken.None);
            try
            {
                result = await work(transaction);
            }
            catch (Exception thrown) when (thrown is not SqliteException failure || SqliteEngine.Reason(failure.SqliteErrorCode) is null)
            {
                refusal = thrown;
                await transaction.Prepared("ROLLBACK TO work").ExecuteNonQueryAsync(CancellationToken.None);
            }
            await transaction.Prepared("RELEASE work").ExecuteNonQueryAsync(CancellationToken.None);
        }

        public override void Succeed()
        {
            if (refusal is null) Committed.TrySetResult(result!);
            else Committed.TrySetException(refusal);
        }

        public override void Fail(Exception thrown) => Committed.TrySetException(refusal ?? thrown);
    }
}
