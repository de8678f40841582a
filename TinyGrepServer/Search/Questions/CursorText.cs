// A cursor as a client carries it. It is bound to the question and to the one file it points into, identified by name, device, inode and
// time of birth, and by what has been read of it (Passed.cs). Other files may grow, appear or vanish; in a file that was replaced,
// shortened or rewritten the cursor would skip or repeat lines, so there it is refused.

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal static class CursorText
{
    const int Fixed = 8 + 8 + 8 + 4 + 8 + 8 + 8 + 8; // question, file, line, seen, passed, its end, modified, files not reached
    const int MaxLetters = 6_000; // the longest name there can be has 4,096 bytes

    /// <summary>Writes a cursor as letters that a query string takes as they are: 86 and four for three bytes of the name.</summary>
    /// <param name="files">Those the cursor's index counts, in the order of the answer.</param>
    public static string Of(Cursor cursor, SearchQuery query, IReadOnlyList<DictionaryFile> files)
    {
        var file = files[cursor.Dictionary];
        var passed = Passed.Of(file, cursor.Line);
        var isNewestFirst = query.Order == SearchOrder.Newest;
        var name = Encoding.UTF8.GetBytes(file.Name);
        var bytes = new byte[Fixed + name.Length];
        QuestionHash(query).CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), file.Version.Identity.Hash);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), cursor.Line);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(24), (int)cursor.Seen);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(28), passed.Length);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(36), passed.End);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(44), isNewestFirst ? ModifiedOf(cursor, file) : 0);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(52), isNewestFirst ? NewestFirst.Sum(files.Skip(cursor.Dictionary + 1)) : 0);
        name.CopyTo(bytes.AsSpan(Fixed));
        return CursorLetters.Write(bytes);
    }

    /// <summary>Reads the cursor of a question.</summary>
    /// <param name="files">The files of the question now, in the order asked for.</param>
    /// <returns>The cursor, and the files in the order in which its answer began: those it has passed, its own, the others.</returns>
    /// <exception cref="ApiError">400: not a cursor of this question. 409: its file is no longer what it was.</exception>
    public static (Cursor Cursor, IReadOnlyList<DictionaryFile> Files) Read(
        string text, SearchQuery query, IReadOnlyList<DictionaryFile> files)
    {
        if (CursorLetters.Read(text, MaxLetters) is not { Length: > Fixed } bytes) throw NotOurs();
        if (!bytes.AsSpan(0, 8).SequenceEqual(QuestionHash(query))) throw ApiError.BadRequest("'cursor' belongs to another question.");
        var name = Encoding.UTF8.GetString(bytes.AsSpan(Fixed..));
        var cursor = new Cursor(
            0, BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(24)))
        {
            Modified = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(44)),
        };
        if (cursor.Line <= 0 || cursor.Seen <= 0) throw NotOurs();
        var index = IndexOf(name, files, query.Order);
        if (index < 0 || BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(8)) != files[index].Version.Identity.Hash) throw Changed(name);
        var passed = new Passed(
            BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(28)), BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(36)));
        if (!passed.IsStillIn(files[index])) throw Changed(name);
        if (query.Order == SearchOrder.Name) return (cursor with { Dictionary = index }, files);
        var (own, inOrder) = NewestFirst.GoOn(files, index, cursor.Modified);
        if (NewestFirst.Sum(inOrder.Skip(own + 1)) != BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(52)))
            throw new ApiError(409, "The order of the dictionaries that the cursor has not reached has changed. Ask again without it.");
        return (cursor with { Dictionary = own }, inOrder);
    }

    /// <summary>Negative where there is none of this name.</summary>
    static int IndexOf(string name, IReadOnlyList<DictionaryFile> files, SearchOrder order) => order == SearchOrder.Newest
        ? files.Index().FirstOrDefault(one => one.Item.Name == name, (-1, null!)).Index
        : NameOrder.Find(files, name, static file => file.Name);

    static long ModifiedOf(Cursor cursor, DictionaryFile file) => cursor.Modified != 0 ? cursor.Modified : file.Version.Modified;

    static ApiError NotOurs() => ApiError.BadRequest("'cursor' is not valid; use 'next' of an earlier answer, or leave it out.");

    static ApiError Changed(string name) =>
        new(409, $"The dictionary '{Printable.Excerpt(name, 200)}' has changed since this cursor was made. Ask again without it.");

    static ReadOnlySpan<byte> QuestionHash(SearchQuery query) =>
        SHA256.HashData(CanonicalQuery.Of(query with { Cursor = null, Limit = SearchQuery.DefaultLimit })).AsSpan(0, 8);
}
