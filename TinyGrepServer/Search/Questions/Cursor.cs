// Where an answer stopped, for the next one to go on. It is bound to the question and to the dictionaries' versions:
// a cursor into a file that has changed since would skip or repeat lines, so it is refused.

using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <param name="Dictionary">The index of the dictionary of the last match given.</param>
/// <param name="Line">That match's line number.</param>
/// <param name="Seen">Matches given from that dictionary so far.</param>
internal readonly record struct Cursor(int Dictionary, long Line, long Seen)
{
    const int Payload = 8 + 8 + 4 + 8 + 8;
    const int Check = 6; // a cursor with a changed letter must not skip matches silently
    const int Bytes = Payload + Check;

    /// <summary>Writes the cursor as 56 letters.</summary>
    public string Encode(SearchQuery query, IReadOnlyList<DictionaryFile> files)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        QuestionHash(query).CopyTo(bytes);
        VersionHash(files).CopyTo(bytes[8..]);
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], Dictionary);
        BinaryPrimitives.WriteInt64BigEndian(bytes[20..], Line);
        BinaryPrimitives.WriteInt64BigEndian(bytes[28..], Seen);
        SHA256.HashData(bytes[..Payload]).AsSpan(0, Check).CopyTo(bytes[Payload..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads the cursor of a question.</summary>
    /// <exception cref="ApiError">400: not a cursor of this question. 409: a dictionary has changed since.</exception>
    public static Cursor Decode(string text, SearchQuery query, IReadOnlyList<DictionaryFile> files)
    {
        if (text.Length != Base64Url.GetEncodedLength(Bytes) || !text.All(IsOfOurAlphabet)) throw NotOurs();
        var bytes = Base64Url.DecodeFromChars(text);
        if (!SHA256.HashData(bytes.AsSpan(0, Payload)).AsSpan(0, Check).SequenceEqual(bytes.AsSpan(Payload))) throw NotOurs();
        if (!bytes.AsSpan(0, 8).SequenceEqual(QuestionHash(query))) throw ApiError.BadRequest("'cursor' belongs to another question.");
        if (!bytes.AsSpan(8, 8).SequenceEqual(VersionHash(files)))
            throw new ApiError(409, "A dictionary has changed since this cursor was made. Ask again without it.");
        var cursor = new Cursor(
            BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)),
            BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(20)),
            BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(28)));
        return cursor.Dictionary >= 0 && cursor.Dictionary < files.Count && cursor.Line > 0 && cursor.Seen is > 0 and < int.MaxValue
            ? cursor
            : throw NotOurs();
    }

    /// <summary>Checked before decoding, which would take padding and white space, too.</summary>
    static bool IsOfOurAlphabet(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';

    static ApiError NotOurs() => ApiError.BadRequest("'cursor' is not one of ours; take 'next' of an earlier answer, or leave it out.");

    static ReadOnlySpan<byte> QuestionHash(SearchQuery query) =>
        SHA256.HashData(CanonicalQuery.Of(query with { Cursor = null, Limit = SearchQuery.DefaultLimit })).AsSpan(0, 8);

    static ReadOnlySpan<byte> VersionHash(IReadOnlyList<DictionaryFile> files) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', files.Select(file => $"{file.Name}\0{file.Version}"))))
            .AsSpan(0, 8);
}
