// Where a question is searched: names and patterns turned into files in the order asked for, and a cursor into the place to go
// on from.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>The files of a question.</summary>
/// <param name="Files">The dictionaries, in order.</param>
internal sealed record SearchScope(IReadOnlyList<DictionaryFile> Files)
{
    /// <summary>Where an earlier answer stopped; null: from the beginning.</summary>
    public Cursor? From { get; init; }

    /// <summary>Names of what was to be searched and cannot be read.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>How many dictionaries the rules left out, by reason, in order of reason.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Skipped { get; init; } = [];

    /// <summary>False where something was left out because it cannot be read.</summary>
    public bool AllReadable => Unreadable.Count == 0;

    /// <summary>The dictionaries a question names.</summary>
    /// <exception cref="ApiError">404: no such dictionary; 400, 409: a cursor that does not fit.</exception>
    public static SearchScope Of(SearchQuery query, DictionaryFolder folder) => Of(query, folder.Select(query.Dictionaries));

    /// <inheritdoc cref="Of(SearchQuery, DictionaryFolder)"/>
    public static SearchScope Of(SearchQuery query, Selection selection)
    {
        if (selection.Missing.Count > 0) throw Refusals.NoSuchDictionary(selection.Missing[0]);
        DictionaryFile[] files = [.. selection.Files.Where(one => one.Skipped is null).Select(one => one.File!)];
        if (query.Order == SearchOrder.Newest) NewestFirst.Sort(files);
        var scope = new SearchScope(files)
        {
            Unreadable = [.. selection.Files.Where(one => one.Skipped is not null).Select(one => one.Name)],
            Skipped = selection.Skipped,
        };
        if (query.Cursor is null) return scope;
        var (from, inOrder) = CursorText.Read(query.Cursor, query, files);
        return scope with { Files = inOrder, From = from };
    }

    /// <summary>One dictionary, from its beginning.</summary>
    public static SearchScope Of(DictionaryFile file) => new([file]);
}
