// The dictionary that a line of grep's output belongs to. Over files grep names it; with standard input only the line's number says.

namespace TinyGrepServer.Search;

/// <summary>Knows which dictionary, and which of its lines, a line of one grep's output is.</summary>
internal interface ILineOrigin
{
    /// <summary>The lines that follow are of the file given to grep by this name.</summary>
    void Enter(ReadOnlySpan<byte> name);

    /// <summary>The dictionary's index in the search's list, and the line's number in it.</summary>
    /// <param name="number">The number that grep gave it; 0: of the last file entered, or of the only one.</param>
    (int Dictionary, long Number) Find(long number);
}
