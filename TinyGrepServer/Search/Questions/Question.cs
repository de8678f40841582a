// A question as plain data: what is asked, where, and in which form the answer goes out. That is all that decides the
// bytes of an answer, so two questions with one key have one answer, which can be shared and kept.

using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TinyGrepServer.Search;

/// <summary>How an answer is written.</summary>
internal enum AnswerForm
{
    /// <summary>The full API's document.</summary>
    Json,

    /// <summary>The full API, one match a line and a summary at the end.</summary>
    Ndjson,

    /// <summary>The first API's list of entries.</summary>
    Entries,

    /// <summary><c>dictionary:line:text</c>, as the command line prints it.</summary>
    Text,

    /// <summary>The command line's <c>dictionary:count</c> of those that have a match.</summary>
    Counts,

    /// <summary>The command line's names of those that have a match.</summary>
    Names,
}

/// <summary>A question.</summary>
internal sealed record Question
{
    /// <summary>What is asked.</summary>
    public required SearchQuery Query { get; init; }

    /// <summary>Where.</summary>
    public required SearchScope Scope { get; init; }

    /// <summary>How the answer is written.</summary>
    public required AnswerForm Form { get; init; }

    /// <summary>Question, form and file versions as one text.</summary>
    public string Key => field ??= MakeKey();

    /// <summary>The strong entity tag of the answer.</summary>
    public string Tag => field ??=
        $"\"{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Key)).AsSpan(0, 16))}\"";

    /// <summary>False while a file is so young that it may change again without showing it.</summary>
    public bool IsSettled(DateTimeOffset now) => Scope.Files.All(file => file.Version.IsSettled(now));

    /// <summary>Whether every file still is what it was when the question was asked.</summary>
    public bool FilesAreUnchanged() => Scope.Files.All(file => FileVersion.OfRegularFile(file.Path) == file.Version);

    string MakeKey()
    {
        var files = Scope.Files;
        return files.Count == 1 ? $"{QueryKey()}{KeyOf(files[0])}" : string.Concat(files.Select(KeyOf).Prepend(QueryKey()));
    }

    /// <summary>The first API asks by far the most often and has few members: its key is written without JSON.</summary>
    string QueryKey() => Form == AnswerForm.Entries
        ? string.Create(CultureInfo.InvariantCulture, $"{Form} {Query.Mode} {Query.Before} {Query.After} {Query.Limit} {Query.Term}")
        : $"{Form} {LeftOut()} {Encoding.UTF8.GetString(CanonicalQuery.Of(Query))}";

    /// <summary>An answer says what was left out of it.</summary>
    string LeftOut() =>
        string.Join(' ', Scope.Skipped.Select(one => $"{one.Key}={one.Value}")) + string.Join('\0', Scope.Unreadable.Prepend(""));

    static string KeyOf(DictionaryFile file)
    {
        var version = file.Version;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"\0{file.Name}\0{version.Length} {version.Modified} {version.Changed} {version.Inode} {version.Device}");
    }
}
