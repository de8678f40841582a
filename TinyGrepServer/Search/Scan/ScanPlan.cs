// The input of one scan in process.

namespace TinyGrepServer.Search;

internal sealed record ScanPlan
{
    /// <summary>The bytes to look for; none: every line matches.</summary>
    public required byte[] Term { get; init; }

    /// <summary>Lines of context before each match.</summary>
    public int Before { get; init; }

    /// <summary>Lines of context after each match.</summary>
    public int After { get; init; }

    /// <summary>Whether only the number of matching lines of each dictionary is wanted.</summary>
    public bool CountOnly { get; init; }

    /// <summary>Matches after which a dictionary need not be read further; null: all are wanted.</summary>
    public long? MaxPerDictionary { get; init; }

    public bool HasContext => Before + After > 0;
}
