// Facts about a version of a file from one pass over it, so that no search has to find them out again. They describe the text as it is
// read: decoded, but with its carriage returns.

namespace TinyGrepServer.Search;

/// <summary>What is known of a version of a file.</summary>
internal sealed record FileFacts
{
    bool isWithdrawn;

    /// <summary>How its bytes become text.</summary>
    public required TextForm Form { get; init; }

    /// <summary>The bytes of the text.</summary>
    public required long Length { get; init; }

    /// <summary>Its lines, a last one without newline included.</summary>
    public required long Lines { get; init; }

    /// <summary>Whether every byte of the text is ASCII.</summary>
    public required bool IsAscii { get; init; }

    /// <summary>Whether it holds a character beyond ASCII that is an ASCII letter where case is ignored (İ, ı, ſ, K).</summary>
    public required bool FoldsToAscii { get; init; }

    /// <summary>Whether a line ends in a carriage return.</summary>
    public required bool HasCarriageReturns { get; init; }

    /// <summary>The text cut at ends of lines, from its beginning to its end; none where it is empty or no text.</summary>
    public required TextBlock[] Blocks { get; init; }

    /// <summary>Set before the slots of its blocks are given to others: from then on the blocks may hold anything.</summary>
    public bool IsWithdrawn
    {
        get => Volatile.Read(ref isWithdrawn);
        set => Volatile.Write(ref isWithdrawn, value);
    }
}

/// <summary>A part of a text that begins where a line does and ends where the next block begins.</summary>
/// <param name="Offset">Where it begins, in bytes of the text.</param>
/// <param name="LinesBefore">The lines before it.</param>
/// <param name="Slot">Its place in the sieve; -1: it has none, and may hold anything.</param>
internal readonly record struct TextBlock(long Offset, long LinesBefore, int Slot);
