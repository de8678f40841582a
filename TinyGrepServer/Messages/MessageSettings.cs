// How much the message store may hold.

namespace TinyGrepServer.Messages;

/// <summary>What messages may take.</summary>
public sealed record MessageSettings
{
    /// <summary>
    /// The size in bytes beyond which requests without a token can add nothing: texts, and 128 bytes of overhead for each. Frozen
    /// answers and results of jobs count too; jobs have a user and are never refused their result.
    /// </summary>
    public long MaxStoreBytes { get; init; } = 1L << 30;
}
