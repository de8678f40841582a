// Where a question is searched: names and globs turned into files, and a cursor into the place to go on from.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>The files of a question.</summary>
/// <param name="Files">The dictionaries, in order.</param>
/// <param name="From">Where an earlier answer stopped; null: from the beginning.</param>
/// <param name="AllReadable">False where a file was left out because it cannot be read.</param>
internal sealed record SearchScope(IReadOnlyList<DictionaryFile> Files, Cursor? From, bool AllReadable)
{
    /// <summary>The dictionaries a question names.</summary>
    /// <exception cref="ApiError">404: no such dictionary; 400, 409: a cursor that does not fit.</exception>
    public static SearchScope Of(SearchQuery query, DictionaryFolder folder)
    {
        var (listed, missing) = folder.Select(query.Dictionaries);
        if (missing.Count > 0) throw Refusals.NoSuchDictionary(missing[0]);
        DictionaryFile[] files = [.. listed.Where(one => one.Skipped is null).Select(one => one.File!)];
        Cursor? from = query.Cursor is null ? null : Cursor.Decode(query.Cursor, query, files);
        return new SearchScope(files, from, AllReadable: files.Length == listed.Count);
    }

    /// <summary>One dictionary, from its beginning.</summary>
    public static SearchScope Of(DictionaryFile file) => new([file], From: null, AllReadable: true);
}
