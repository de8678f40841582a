// A dictionary that was not read to its end. The answer still covers the others and the part that was read, and names it.

namespace TinyGrepServer.Search;

/// <summary>What an answer lacks.</summary>
/// <param name="Dictionary">The dictionary's index in the search's list.</param>
/// <param name="Text">What is wrong with it, in words for people.</param>
internal readonly record struct Problem(int Dictionary, string Text)
{
    public const string Unreadable = "it cannot be read";

    public static readonly string LineTooLong = $"a line longer than {FoundLine.MaxBytes >> 20} MiB was left out";
}
