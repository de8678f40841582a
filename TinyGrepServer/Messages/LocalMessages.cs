// Messages for a program that embeds the server.

using System.Security.Cryptography;
using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Messages;

/// <summary>The messages of an embedded server, in process. A refusal is an <see cref="ApiError"/>, as over HTTP.</summary>
public sealed class LocalMessages
{
    readonly ServerState state;
    readonly MessageStore? store;

    /// <param name="store">Null: this server has no messages.</param>
    internal LocalMessages(ServerState state, MessageStore? store) => (this.state, this.store) = (state, store);

    /// <summary>Keeps a text; once this returns it survives a crash. The bound for strangers does not hold here.</summary>
    /// <returns>Its digest, the last part of its address: <c>/messages/DIGEST</c>.</returns>
    public async Task<string> SaveAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var call = new LocalCall(state, cancellationToken);
        var (digest, _) = await Store.SaveAsync(Encoding.UTF8.GetBytes(text), bounded: false, call.Token);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>The text of that digest; null where there is none.</summary>
    public async Task<string?> FindAsync(string digest, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(digest);
        using var call = new LocalCall(state, cancellationToken);
        var kept = Store;
        if (!IsDigest(digest)) return null;
        return await kept.FindAsync(Convert.FromHexString(digest), call.Token) is { } text ? Encoding.UTF8.GetString(text) : null;
    }

    MessageStore Store => store ?? throw ApiError.NotServed("messages");

    /// <summary>Whether a text can be the name of a message at all.</summary>
    internal static bool IsDigest(string name) => name.Length == 2 * SHA256.HashSizeInBytes && name.All(char.IsAsciiHexDigitLower);
}
