// The list of dictionaries in pages, in order of name. A page ends with a name and the next one begins after it, so files that come and
// go in between neither repeat nor hide others.

using System.Buffers.Text;
using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>A page of the list.</summary>
/// <param name="Files">In order of name.</param>
/// <param name="Total">How many there are on all pages.</param>
/// <param name="Next">The cursor of the next page; null: this is the last one.</param>
/// <param name="Folders">With a folder, on its first page: the folders in it, with their whole names.</param>
internal sealed record DictionaryPage(IReadOnlyList<ListedFile> Files, int Total, string? Next, IReadOnlyList<string>? Folders)
{
    const int MaxLetters = 6_000; // the longest name there can be has 4,096 bytes

    /// <summary>Cuts a page.</summary>
    /// <param name="all">The dictionaries, in order of name.</param>
    /// <param name="isAsked">Which of them are listed.</param>
    /// <param name="folder">Only what is directly in this folder, empty for the top; null: all depths.</param>
    /// <param name="cursor">The <c>next</c> of an earlier page; null: the first one.</param>
    /// <param name="limit">The most dictionaries of a page.</param>
    /// <exception cref="ApiError">400: an invalid cursor; 404: no such folder.</exception>
    public static DictionaryPage Of(
        IReadOnlyList<ListedFile> all, Func<ListedFile, bool> isAsked, string? folder, string? cursor, int limit)
    {
        var after = cursor is null ? "" : NameIn(cursor);
        var folders = new List<string>();
        var files = folder is null ? [.. all.Where(isAsked)] : DirectlyIn(folder.Trim('/'), all, isAsked, folders);
        List<ListedFile> page = [.. files.SkipWhile(file => string.CompareOrdinal(file.Name, after) <= 0).Take(limit + 1)];
        var hasMore = page.Count > limit;
        if (hasMore) page.RemoveAt(limit);
        return new DictionaryPage(
            page,
            files.Count,
            hasMore ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(page[^1].Name)) : null,
            folder is null || cursor is not null ? null : folders);
    }

    static List<ListedFile> DirectlyIn(
        string folder, IReadOnlyList<ListedFile> all, Func<ListedFile, bool> isAsked, List<string> folders)
    {
        var top = folder.Length == 0 ? "" : folder + "/";
        List<ListedFile> files = [];
        var isThere = top.Length == 0;
        foreach (var file in all)
        {
            if (!file.Name.StartsWith(top, StringComparison.Ordinal)) continue;
            isThere = true;
            if (!isAsked(file)) continue;
            var slash = file.Name.IndexOf('/', top.Length);
            if (slash < 0 || slash == file.Name.Length - 1) files.Add(file); // a folder that cannot be read is listed as one that is
            else if (folders.Count == 0 || !IsIn(file.Name, folders[^1])) folders.Add(file.Name[..slash]);
        }
        return isThere ? files : throw ApiError.NotFound($"There is no folder '{Printable.Excerpt(folder, 200)}'.");
    }

    static bool IsIn(string name, string folder) =>
        name.Length > folder.Length && name[folder.Length] == '/' && name.StartsWith(folder, StringComparison.Ordinal);

    static string NameIn(string cursor) =>
        cursor.Length <= MaxLetters && StrictBase64Url.Decode(cursor) is { } name
            ? Encoding.UTF8.GetString(name)
            : throw ApiError.BadRequest("'cursor' is not valid; use 'next' of an earlier page, or leave it out.");
}
