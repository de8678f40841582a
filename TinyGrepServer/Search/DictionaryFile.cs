// A dictionary, found and checked: whoever holds one may hand its path to grep.

namespace TinyGrepServer.Search;

/// <summary>A regular file in the dictionary folder.</summary>
/// <param name="Name">Its path relative to the folder, with <c>/</c>.</param>
/// <param name="Path">Its real, absolute path, links resolved.</param>
/// <param name="Version">What it was when it was found.</param>
internal sealed record DictionaryFile(string Name, string Path, FileVersion Version);

/// <summary>A name in the folder and why it is left out of a search over all, if it is.</summary>
/// <param name="Name">Its path relative to the folder, with <c>/</c>.</param>
/// <param name="File">Null where it cannot be used as a dictionary at all.</param>
/// <param name="Skipped">Null, or <c>dotfile</c>, <c>backup</c>, <c>binary</c>, <c>unreadable</c>.</param>
internal sealed record ListedFile(string Name, DictionaryFile? File, string? Skipped);
