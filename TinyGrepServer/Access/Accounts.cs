// The users who may get a token, in the database.

using System.Globalization;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Access;

/// <summary>One user as <c>user list</c> shows it.</summary>
internal sealed record Account(Caller User, string CreatedAt);

/// <summary>A user who may ask for a token.</summary>
internal sealed record KnownUser(Caller Caller, PasswordHash Password);

internal sealed class Accounts
{
    public const int MaxNameLength = 64;

    const string Insert = """
        INSERT INTO users (name, salt, hash, rounds, may_write, is_admin, created_at)
        VALUES (@Name, @Salt, @Hash, @Rounds, @MayWrite, @IsAdmin, @CreatedAt)
        ON CONFLICT (name) DO NOTHING
        """;

    const string Find = "SELECT salt, hash, rounds, may_write, is_admin FROM users WHERE name = @Name";

    readonly Database database;
    readonly TimeProvider time;

    public Accounts(Database database, TimeProvider time)
    {
        (this.database, this.time) = (database, time);
        database.Add(Migration.Embedded("Access"));
    }

    /// <exception cref="UsageError">The name or password is not valid, or the user exists.</exception>
    public async Task AddAsync(Caller user, string password, CancellationToken cancellationToken)
    {
        var name = user.Name;
        if (!IsName(name))
        {
            throw new UsageError(
                $"user add: a name is 1..{MaxNameLength} letters, digits, '.', '_', '@' or '-', not '{Printable.Excerpt(name, 80)}'.");
        }
        if (password.Length is < Passwords.MinLength or > Passwords.MaxLength)
        {
            throw new UsageError(
                $"user add: a password has {Passwords.MinLength}..{Passwords.MaxLength} characters, not {password.Length}.");
        }
        var hash = Passwords.Hash(password);
        var createdAt = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var added = await database.WriteAsync(
            transaction => transaction.RunAsync(
                Insert,
                ("Name", name), ("Salt", hash.Salt), ("Hash", hash.Hash), ("Rounds", hash.Rounds),
                ("MayWrite", user.MayWrite ? 1L : 0L), ("IsAdmin", user.IsAdmin ? 1L : 0L), ("CreatedAt", createdAt)),
            cancellationToken);
        if (added == 0) throw new UsageError($"user add: the user '{name}' already exists.");
    }

    /// <exception cref="UsageError">There is no such user.</exception>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var removed = await database.WriteAsync(
            transaction => transaction.RunAsync("DELETE FROM users WHERE name = @Name", ("Name", name)), cancellationToken);
        if (removed == 0) throw new UsageError($"user remove: there is no user '{Printable.Excerpt(name, 80)}'.");
    }

    public async Task<IReadOnlyList<Account>> ListAsync(CancellationToken cancellationToken) => await database.ReadAsync(
        connection => connection.Prepared("SELECT name, may_write, is_admin, created_at FROM users ORDER BY name").RowsAsync(
            row => new Account(new Caller(row.GetString(0), row.GetInt64(1) != 0, row.GetInt64(2) != 0), row.GetString(3)),
            cancellationToken),
        cancellationToken);

    /// <summary>What is known of a user, or nothing.</summary>
    public Task<KnownUser?> FindAsync(string name, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Prepared(Find, ("Name", name)).RowAsync(
            row => new KnownUser(
                new Caller(name, row.GetInt64(3) != 0, row.GetInt64(4) != 0),
                new PasswordHash(row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1), (int)row.GetInt64(2))),
            cancellationToken),
        cancellationToken);

    /// <summary>No name can be confused with another, nor break a log line.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '@' or '-');
}
