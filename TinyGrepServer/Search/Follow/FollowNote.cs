// What followers hear about a file besides its matches.

namespace TinyGrepServer.Search;

internal enum FollowNote
{
    /// <summary>It was truncated, rewritten or deleted; lines that nobody had read may be gone.</summary>
    Rotated,

    /// <summary>A file that the cursor knows is nowhere any more.</summary>
    Gone,

    /// <summary>It has changed, and the cursor does not tell since where.</summary>
    Gap,

    /// <summary>It is UTF-16 or gzip, which cannot be followed.</summary>
    NotPlain,

    /// <summary>It has a line that is too long.</summary>
    LineTooLong,

    /// <summary>It has a line that grep gave up on.</summary>
    NotJudged,

    /// <summary>It has lines that grep had no time for.</summary>
    OutOfTime,
}
