// Where an answer stopped, for the next one to continue.

namespace TinyGrepServer.Search;

/// <param name="Dictionary">The index of the dictionary of the last match given.</param>
/// <param name="Line">That match's line number.</param>
/// <param name="Seen">Matches given from that dictionary so far.</param>
internal readonly record struct Cursor(int Dictionary, long Line, long Seen)
{
    /// <summary>
    /// When the dictionary had changed last as its first match was given, in nanoseconds since 1970 UTC; with the newest first it keeps
    /// its place by that, however often it changes meanwhile. 0: when it was found.
    /// </summary>
    public long Modified { get; init; }
}
