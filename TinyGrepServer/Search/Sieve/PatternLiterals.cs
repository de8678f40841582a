// What every line that matches must contain, read from the pattern.

namespace TinyGrepServer.Search;

/// <summary>Sets of literals: of each set at least one must occur in a line for it to match.</summary>
/// <param name="Sets">At least one set; each of at least one literal of three bytes or more; ASCII letters are lower case.</param>
internal sealed record PatternLiterals(IReadOnlyList<IReadOnlyList<byte[]>> Sets);
