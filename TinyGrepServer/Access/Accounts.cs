// The users who may ask for a token, in the database.

using Dapper;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Access;

/// <summary>One user as <c>user list</c> shows it.</summary>
internal sealed record Account(string Name, bool MayWrite, string CreatedAt);

internal sealed class Accounts
{
    public const int MaxNameLength = 64;

    readonly Database database;
    readonly TimeProvider time;

    public Accounts(Database database, TimeProvider time)
    {
        (this.database, this.time) = (database, time);
        database.Add(Migration.Embedded("Access"));
    }

    /// <exception cref="UsageError">The name or password is not fit, or the user exists.</exception>
    public async Task AddAsync(string name, string password, bool mayWrite, CancellationToken cancellationToken)
    {
        if (!IsName(name)) throw new UsageError($"user add: a name is 1..{MaxNameLength} letters, digits, '.', '_', '@' or '-', not '{Printable.Excerpt(name, 80)}'.");
        if (password.Length is < Passwords.MinLength or > Passwords.MaxLength) throw new UsageError($"user add: a password has {Passwords.MinLength}..{Passwords.MaxLength} characters, not {password.Length}.");
        var hash = Passwords.Hash(password);
        var row = new { Name = name, hash.Salt, hash.Hash, hash.Rounds, MayWrite = mayWrite ? 1 : 0, CreatedAt = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ") };
        var added = await database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                "INSERT INTO users (name, salt, hash, rounds, may_write, created_at) VALUES (@Name, @Salt, @Hash, @Rounds, @MayWrite, @CreatedAt) ON CONFLICT (name) DO NOTHING", row, transaction),
            cancellationToken);
        if (added == 0) throw new UsageError($"user add: there is a user '{name}' already.");
    }

    /// <exception cref="UsageError">There is no such user.</exception>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var removed = await database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync("DELETE FROM users WHERE name = @name", new { name }, transaction), cancellationToken);
        if (removed == 0) throw new UsageError($"user remove: there is no user '{Printable.Excerpt(name, 80)}'.");
    }

    public async Task<IReadOnlyList<Account>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<(string Name, long MayWrite, string CreatedAt)>("SELECT name, may_write, created_at FROM users ORDER BY name"), cancellationToken);
        return [.. rows.Select(row => new Account(row.Name, row.MayWrite != 0, row.CreatedAt))];
    }

    /// <summary>What is known of a user, or nothing.</summary>
    public async Task<(Caller Caller, PasswordHash Password)?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<(byte[] Salt, byte[] Hash, long Rounds, long MayWrite)>("SELECT salt, hash, rounds, may_write FROM users WHERE name = @name", new { name }), cancellationToken);
        return rows.Select(row => ((Caller, PasswordHash)?)(new Caller(name, row.MayWrite != 0), new PasswordHash(row.Salt, row.Hash, (int)row.Rounds))).FirstOrDefault();
    }

    /// <summary>No name can be confused with another, nor break a log line.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '@' or '-');
}
