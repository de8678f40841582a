// Where a question is searched: names and patterns resolved to files in the requested order, and a cursor to the place to continue from.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>The files of a question.</summary>
/// <param name="Set">Which they are.</param>
/// <param name="Files">The same, in the order of the answer.</param>
internal sealed record SearchScope(FileSet Set, IReadOnlyList<DictionaryFile> Files)
{
    /// <summary>Where an earlier answer stopped; null: from the beginning.</summary>
    public Cursor? From { get; private init; }

    /// <summary>Names of what was to be searched and cannot be read.</summary>
    public IReadOnlyList<string> Unreadable => Set.Unreadable;

    /// <summary>How many dictionaries the rules left out, by reason, in order of reason.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Skipped => Set.Skipped;

    /// <summary>False where something was left out because it cannot be read.</summary>
    public bool AllReadable => Unreadable.Count == 0;

    /// <summary>The dictionaries a question names.</summary>
    /// <exception cref="ApiError">404: no such dictionary; 400, 409: a cursor that does not fit.</exception>
    public static async ValueTask<SearchScope> OfAsync(SearchQuery query, DictionaryFolder folder, CancellationToken cancellationToken) =>
        Of(query, await folder.SelectAsync(query.Dictionaries, cancellationToken));

    /// <inheritdoc cref="OfAsync(SearchQuery, DictionaryFolder, CancellationToken)"/>
    public static SearchScope Of(SearchQuery query, FileSet set)
    {
        if (set.Missing.Count > 0) throw Refusals.NoSuchDictionary(set.Missing[0]);
        var files = query.Order == SearchOrder.Newest ? set.ByTime : set.Files;
        if (query.Cursor is null) return new SearchScope(set, files);
        var (from, inOrder) = CursorText.Read(query.Cursor, query, files);
        return new SearchScope(set, inOrder) { From = from };
    }

    /// <summary>One dictionary, from its beginning.</summary>
    public static SearchScope Of(DictionaryFile file) => new(file.Alone, file.Alone.Files);
}
