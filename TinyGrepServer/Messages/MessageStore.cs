// Texts by their SHA-256. A text is stored as UTF-8 bytes (PostgreSQL's text cannot hold U+0000) and checked against its digest
// whenever it is read: a damaged row is never served. Triggers count the size of the store in the commit of each write, so that many
// servers agree on it; requests without a token can add only up to a limit.

using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Cryptography;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Messages;

internal sealed partial class MessageStore
{
    const string Size = "SELECT COALESCE(SUM(bytes), 0) FROM message_store";

    const string Insert = $"""
        INSERT INTO messages (digest, text, created_at)
        SELECT @Digest, @Text, @CreatedAt WHERE ({Size}) + @Added <= @Max
        ON CONFLICT (digest) DO NOTHING
        """;

    /// <summary>What a row takes beside its text, as the triggers count it.</summary>
    const int Beside = 128;

    const string Mend = "UPDATE messages SET text = @Text WHERE digest = @Digest AND text <> @Text";
    const string Find = "SELECT text FROM messages WHERE digest = @Digest";

    readonly Database database;
    readonly long max;
    readonly ILogger log;
    readonly TimeProvider time;

    public MessageStore(MessageSettings settings, Database database, Meter meter, ILogger log, TimeProvider time)
    {
        (max, this.database, this.log, this.time) = (settings.MaxStoreBytes, database, log, time);
        database.Add(Migration.Embedded("Messages"));
        var size = new Sampled<long>(database, SizeAsync, 0, time);
        meter.CreateObservableGauge("tinygrep.message_store.bytes", () => size.Latest, description: "What the message store holds.");
    }

    /// <summary>Keeps a text; once this returns it survives a crash.</summary>
    /// <param name="bounded">Whether it must fit below <c>--max-message-store</c>.</param>
    /// <returns>Its digest, and whether it is new.</returns>
    /// <exception cref="ApiError">507: it does not fit, and is not there already.</exception>
    public async Task<(byte[] Digest, bool IsNew)> SaveAsync(byte[] text, bool bounded, CancellationToken cancellationToken)
    {
        var (digest, createdAt) = (SHA256.HashData(text), time.GetUtcNow().ToString("O"));
        var isNew = await database.WriteAsync(
            async transaction =>
            {
                var added = await transaction.RunAsync(
                    Insert,
                    ("Digest", digest), ("Text", text), ("CreatedAt", createdAt),
                    ("Added", (long)text.Length + Beside), ("Max", bounded ? max : long.MaxValue));
                if (added > 0) return true;
                await transaction.RunAsync(Mend, ("Digest", digest), ("Text", text)); // a row that was damaged since is whole again
                var isThere = await transaction.Prepared(Find, ("Digest", digest)).ExecuteScalarAsync(CancellationToken.None) is not null;
                return isThere ? false : throw Full();
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

    Task<long> SizeAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async connection => Convert.ToInt64(
            await connection.Prepared(Size).ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture), // numeric on PostgreSQL
        cancellationToken);

    ApiError Full() => new(
        507,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The message store is full: requests without a token may fill it up to {max} bytes (--max-message-store)."));

    [LoggerMessage(40, LogLevel.Critical, "The message {Digest} is damaged in the database")]
    static partial void Damaged(ILogger log, string digest);
}
