// Where a question is searched: names and globs turned into files, and a cursor into the place to go on from.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>The files of a question.</summary>
/// <param name="Set">The dictionaries, in order.</param>
/// <param name="From">Where an earlier answer stopped; null: from the beginning.</param>
internal sealed record SearchScope(FileSet Set, Cursor? From)
{
    public IReadOnlyList<DictionaryFile> Files => Set.Files;

    /// <summary>False where a file was left out because it cannot be read.</summary>
    public bool AllReadable => Set.Unreadable.Count == 0;

    /// <summary>The dictionaries a question names.</summary>
    /// <exception cref="ApiError">404: no such dictionary; 400, 409: a cursor that does not fit.</exception>
    public static async ValueTask<SearchScope> OfAsync(SearchQuery query, DictionaryFolder folder, CancellationToken cancellationToken)
    {
        var selection = await folder.SelectAsync(query.Dictionaries, cancellationToken);
        Cursor? from = query.Cursor is null ? null : Cursor.Decode(query.Cursor, query, selection.Files);
        return new SearchScope(selection, from);
    }

    /// <summary>One dictionary, from its beginning.</summary>
    public static SearchScope Of(DictionaryFile file) => new(file.Alone, From: null);
}
