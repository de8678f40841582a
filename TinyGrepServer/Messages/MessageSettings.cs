// How much may be kept for whoever asks.

namespace TinyGrepServer.Messages;

/// <summary>What messages may take.</summary>
public sealed record MessageSettings
{
    /// <summary>
    /// The most bytes the store may hold before those without a token can add no more: texts, and 128 bytes for what is kept
    /// beside each. Frozen answers and results of jobs count, too; jobs have a user and are never refused their result.
    /// </summary>
    public long MaxStoreBytes { get; init; } = 1L << 30;
}
