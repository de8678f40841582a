// A follower's position, carried by the client: how far each file has been read, by the file's identity, not by its name. It is short
// (every event carries one as its id), so of many files it holds only those read last, and it says so.

using System.Buffers.Binary;
using System.Security.Cryptography;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <param name="Seen">When the folder was looked at, in nanoseconds since 1970 UTC.</param>
/// <param name="IsWhole">Whether the place in every file is here.</param>
/// <param name="Places">The place in each file, by <see cref="FileIdentity.Hash"/>.</param>
internal sealed record FollowCursor(long Seen, bool IsWhole, IReadOnlyDictionary<long, Passed> Places)
{
    /// <summary>As many places make an id of 2 KiB.</summary>
    public const int MaxPlaces = 62;

    const int Head = 8 + 8 + 1; // question, time, whether it is whole
    const int Place = 8 + 8 + 8; // file, position, hash of what is before it
    const int MaxLetters = 2 << 10;
    const string NotOurs = "'cursor' is not valid; use the id of an event, or leave it out.";

    /// <summary>Writes a cursor as letters.</summary>
    /// <param name="question">See <see cref="QuestionOf"/>.</param>
    public static string Write(long question, long seen, bool isWhole, IReadOnlyCollection<(long Key, Passed Passed)> places)
    {
        var bytes = new byte[Head + places.Count * Place];
        BinaryPrimitives.WriteInt64BigEndian(bytes, question);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), seen);
        bytes[16] = isWhole ? (byte)1 : (byte)0;
        var at = Head;
        foreach (var (key, passed) in places)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at), key);
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at + 8), passed.Length);
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at + 16), passed.End);
            at += Place;
        }
        return CursorLetters.Write(bytes);
    }

    /// <exception cref="ApiError">400: no cursor of this question.</exception>
    public static FollowCursor Read(string text, long question)
    {
        if (CursorLetters.Read(text, MaxLetters) is not { Length: >= Head } bytes || (bytes.Length - Head) % Place != 0)
            throw ApiError.BadRequest(NotOurs);
        if (BinaryPrimitives.ReadInt64BigEndian(bytes) != question) throw ApiError.BadRequest("'cursor' belongs to another question.");
        Dictionary<long, Passed> places = [];
        for (var at = Head; at < bytes.Length; at += Place)
        {
            var length = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at + 8));
            if (length < 0) throw ApiError.BadRequest(NotOurs);
            places[BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at))] =
                new Passed(length, BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at + 16)));
        }
        return new FollowCursor(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(8)), bytes[16] == 1, places);
    }

    /// <summary>What is followed, as a number: a cursor is good for one question alone.</summary>
    public static long QuestionOf(SearchQuery query) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData([.. "follow"u8, .. CanonicalQuery.Of(query)]));
}
