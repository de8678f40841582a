// Texts by their SHA-256. A text is kept as its UTF-8 bytes (PostgreSQL's text cannot hold U+0000) and checked against its
// digest whenever it is read: a damaged row is never given out.

using System.Security.Cryptography;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Messages;

internal sealed partial class MessageStore
{
    const string Insert =
        "INSERT INTO messages (digest, text, created_at) VALUES (@Digest, @Text, @CreatedAt) ON CONFLICT (digest) DO NOTHING";

    const string Mend = "UPDATE messages SET text = @Text WHERE digest = @Digest AND text <> @Text";
    const string Find = "SELECT text FROM messages WHERE digest = @Digest";

    readonly Database database;
    readonly ILogger log;
    readonly TimeProvider time;

    public MessageStore(Database database, ILogger log, TimeProvider time)
    {
        (this.database, this.log, this.time) = (database, log, time);
        database.Add(Migration.Embedded("Messages"));
    }

    /// <summary>Keeps a text; once this returns it survives a crash.</summary>
    /// <returns>Its digest, and whether it is new.</returns>
    public async Task<(byte[] Digest, bool IsNew)> SaveAsync(byte[] text, CancellationToken cancellationToken)
    {
        var (digest, createdAt) = (SHA256.HashData(text), time.GetUtcNow().ToString("O"));
        var isNew = await database.WriteAsync(
            async transaction =>
            {
                if (await transaction.RunAsync(Insert, ("Digest", digest), ("Text", text), ("CreatedAt", createdAt)) > 0) return true;
                await transaction.RunAsync(Mend, ("Digest", digest), ("Text", text)); // a row that was damaged since is whole again
                return false;
            },
            cancellationToken);
        return (digest, isNew);
    }

    /// <summary>The text of that digest, or null.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public async Task<byte[]?> FindAsync(byte[] digest, CancellationToken cancellationToken)
    {
        var kept = await database.ReadAsync(
            connection => connection.Prepared(Find, ("Digest", digest)).ExecuteScalarAsync(cancellationToken), cancellationToken);
        if (kept is null) return null;
        if (kept is byte[] text && SHA256.HashData(text).AsSpan().SequenceEqual(digest)) return text;
        Damaged(log, Convert.ToHexStringLower(digest));
        throw new InvalidDataException("A stored message does not have the digest it is kept under.");
    }

    [LoggerMessage(40, LogLevel.Critical, "The message {Digest} is damaged in the database")]
    static partial void Damaged(ILogger log, string digest);
}
