// How a slice's tables are created: numbered steps, each run once and recorded, under a lock, so that several servers may start on one
// database at once. There are no down-migrations; restore a backup instead.

using System.Data.Common;
using System.Reflection;

namespace TinyGrepServer.Storage;

/// <summary>One step of a slice's schema.</summary>
/// <param name="Slice">The slice it belongs to.</param>
/// <param name="Number">1, 2, 3 … within the slice.</param>
/// <param name="Sqlite">The statements for SQLite.</param>
/// <param name="Postgres">The statements for PostgreSQL; null: the same.</param>
public sealed record Migration(string Slice, int Number, string Sqlite, string? Postgres = null)
{
    const string Table = """
        CREATE TABLE IF NOT EXISTS schema_migrations
            (slice text NOT NULL, number integer NOT NULL, applied_at text NOT NULL, PRIMARY KEY (slice, number))
        """;

    const string Record = "INSERT INTO schema_migrations (slice, number, applied_at) VALUES (@Slice, @Number, @AppliedAt)";

    /// <summary>The files <c>Slice/Migrations/1.sqlite.sql</c>, <c>1.postgres.sql</c>, <c>2.…</c> embedded in the program.</summary>
    internal static IEnumerable<Migration> Embedded(string slice)
    {
        for (var number = 1; Read($"{slice}.Migrations.{number}.sqlite.sql") is { } sqlite; number++)
            yield return new Migration(slice, number, sqlite, Read($"{slice}.Migrations.{number}.postgres.sql"));
    }

    /// <summary>Runs those steps that are not recorded yet.</summary>
    /// <exception cref="NewerSchema">A newer program has been at this database.</exception>
    internal static async Task RunAsync(DbTransaction locked, IReadOnlyList<Migration> migrations, bool postgres, TimeProvider time)
    {
        await locked.RunAsync(Table);
        var known = (await locked.Prepared("SELECT slice, number FROM schema_migrations").RowsAsync(
            row => (Slice: row.GetString(0), Number: row.GetInt64(1)), CancellationToken.None)).ToHashSet();
        var newest = migrations.GroupBy(one => one.Slice).ToDictionary(same => same.Key, same => same.Max(one => one.Number));
        if (known.FirstOrDefault(one => newest.TryGetValue(one.Slice, out var last) && one.Number > last) is { Slice: not null } newer)
        {
            throw new NewerSchema(
                $"The database has step {newer.Number} of '{newer.Slice}', which this program does not know: it was used by a newer one.");
        }
        foreach (var migration in migrations.OrderBy(one => one.Number).Where(one => !known.Contains((one.Slice, one.Number))))
        {
            await locked.RunAsync(postgres ? migration.Postgres ?? migration.Sqlite : migration.Sqlite);
            var appliedAt = time.GetUtcNow().ToString("O");
            await locked.RunAsync(Record, ("Slice", migration.Slice), ("Number", migration.Number), ("AppliedAt", appliedAt));
        }
    }

    static string? Read(string name)
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var resource = assembly.GetManifestResourceStream($"TinyGrepServer.{name}");
        if (resource is null) return null;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}

/// <summary>The database is from a newer program.</summary>
internal sealed class NewerSchema(string message) : Exception(message);
