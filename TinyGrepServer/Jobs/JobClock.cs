// Whose clock counts. Several servers share a PostgreSQL, and their clocks differ, so the database's own clock decides what is due and
// which lease has expired. SQLite is on this machine, and its statements get this machine's time.

using TinyGrepServer.Storage;

namespace TinyGrepServer.Jobs;

internal sealed class JobClock(Database database, TimeProvider time)
{
    /// <summary>The time in SQL, in milliseconds since 1970; goes with a parameter <c>Now</c>.</summary>
    public string Sql { get; } = database.IsPostgres ? "(extract(epoch FROM statement_timestamp()) * 1000)::bigint" : "@Now";

    /// <summary>The parameter of that name.</summary>
    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}
