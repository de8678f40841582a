// The result of scanning a part of a dictionary: its matches, or only their number.

namespace TinyGrepServer.Search;

internal sealed class ScanPiece : IDisposable
{
    /// <summary>The dictionary's index in the search's list.</summary>
    public required int Dictionary { get; init; }

    /// <summary>Lines of the dictionary before it; null: as many as the pieces before have.</summary>
    public long? LinesBefore { get; init; }

    /// <summary>Its lines and matches; null where only their number is wanted, or there is nothing in it to be shown.</summary>
    public ScanChunk? Chunk { get; init; }

    /// <summary>Its lines.</summary>
    public long Lines { get; init; }

    /// <summary>Its matching lines.</summary>
    public long Matches { get; init; }

    /// <summary>Why it is not complete; null: it is.</summary>
    public string? Problem { get; init; }

    public void Dispose() => Chunk?.Dispose();
}
