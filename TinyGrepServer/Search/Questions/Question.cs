// Everything that decides the bytes of an answer: what is asked, in which form, of which files in which version. Two
// questions with the same key have the same answer, so it can be shared and kept.

using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TinyGrepServer.Search;

/// <summary>A question and how to answer it.</summary>
internal sealed class Question
{
    /// <summary>What is asked, in which form, without the files.</summary>
    public required string Text { get; init; }

    /// <summary>The files to search, in order.</summary>
    public required IReadOnlyList<DictionaryFile> Files { get; init; }

    /// <summary>The engine that will answer: <c>grep</c> or <c>scan</c>.</summary>
    public required string Engine { get; init; }

    public required Func<Answer> NewAnswer { get; init; }

    public required Func<SearchTicket, ISearchRun> NewRun { get; init; }

    /// <summary>Question and file versions as one text.</summary>
    public string Key => field ??= MakeKey();

    /// <summary>The strong entity tag of the answer.</summary>
    public string Tag => field ??= $"\"{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Key)).AsSpan(0, 16))}\"";

    /// <summary>False while a file is so young that it may change again without showing it.</summary>
    public bool IsSettled(DateTimeOffset now) => Files.All(file => file.Version.IsSettled(now));

    /// <summary>Whether every file still is what it was when the question was asked.</summary>
    public bool FilesAreUnchanged() => Files.All(file => FileVersion.OfRegularFile(file.Path) == file.Version);

    string MakeKey() => Files.Count == 1 ? $"{Text}{KeyOf(Files[0])}" : string.Concat(Files.Select(KeyOf).Prepend(Text));

    static string KeyOf(DictionaryFile file)
    {
        var version = file.Version;
        return string.Create(
            CultureInfo.InvariantCulture, $"\0{file.Name}\0{version.Length} {version.Modified} {version.Changed} {version.Inode} {version.Device}");
    }
}
