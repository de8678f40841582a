// What SQLite and PostgreSQL must each be able to do for Database.

using System.Data.Common;

namespace TinyGrepServer.Storage;

/// <summary>One kind of database.</summary>
internal interface IDatabaseEngine : IAsyncDisposable
{
    bool IsPostgres { get; }

    /// <summary>Whether asking after its health may open it: only where it was asked for by name.</summary>
    bool ChecksUnasked { get; }

    /// <summary>Whether it was there before this server, or may have been.</summary>
    bool IsThere { get; }

    /// <summary>Makes what is missing and runs <paramref name="migrate"/> alone among all servers.</summary>
    Task OpenAsync(Func<DbTransaction, Task> migrate, CancellationToken cancellationToken);

    Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Returns after the commit; what <paramref name="work"/> throws undoes its own changes alone.</summary>
    Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Why the database cannot be used at the moment, as a message that anybody may see; null if the fault is another.</summary>
    string? Unavailable(Exception thrown);

    /// <summary>Whether a statement broke the uniqueness of a key.</summary>
    bool IsDuplicate(Exception thrown);
}
