// A question as plain data: what is asked, where, and in which form the answer is sent. Nothing else decides the bytes of an answer, so
// two questions with the same key have the same answer, which can be shared and cached.

using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TinyGrepServer.Server;

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

    /// <summary>What matches in a window of one dictionary, and next to it.</summary>
    Window,
}

/// <summary>Some lines of a dictionary.</summary>
/// <param name="From">The number of the first one.</param>
/// <param name="End">That of the first one behind them.</param>
internal readonly record struct LineWindow(long From, long End);

/// <summary>A question.</summary>
internal sealed record Question
{
    /// <summary>What is asked.</summary>
    public required SearchQuery Query { get; init; }

    /// <summary>Where.</summary>
    public required SearchScope Scope { get; init; }

    /// <summary>How the answer is written.</summary>
    public required AnswerForm Form { get; init; }

    /// <summary>With <see cref="AnswerForm.Window"/>: which one.</summary>
    public LineWindow? Window { get; init; }

    /// <summary>A question over the dictionaries that it names, as they are now.</summary>
    /// <param name="asker">See <see cref="Asker"/>.</param>
    /// <exception cref="ApiError">404: no such dictionary; 400, 409: a cursor that does not fit.</exception>
    public static async ValueTask<Question> OfAsync(
        SearchQuery query, DictionaryFolder folder, AnswerForm form, string asker, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var scope = await SearchScope.OfAsync(query, folder, cancellationToken);
        return new Question { Query = query, Scope = scope, Form = form, Asker = asker, Looked = Stopwatch.GetElapsedTime(began) };
    }

    /// <summary>Whether files are read as a person sees them; the first API takes them as they are.</summary>
    public bool IsDecoded(SearchSettings settings) => settings.Decode && Form != AnswerForm.Entries;

    /// <summary>Who asks: a search waits for its turn in its asker's line. The answer does not depend on it.</summary>
    public string Asker { get; init; } = "";

    /// <summary>How long it took to know the files as they are now. The answer does not depend on it.</summary>
    public TimeSpan Looked { get; init; }

    /// <summary>Question, form and the state of the files as one text, for this server.</summary>
    public string Key => field ??= KeyOf(Scope.Set.KeyDigest);

    /// <summary>The strong entity tag of the answer, the same on every server that has these files.</summary>
    public string Tag => field ??=
        $"\"{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(KeyOf(Scope.Set.Digest))).AsSpan(0, 16))}\"";

    /// <summary>False while a file is so young that it may change again without showing it.</summary>
    public bool IsSettled(DateTimeOffset now) => Scope.Set.IsSettled(now);

    /// <summary>Whether an answer may be cached: any change of a file would show, by a report or by its version.</summary>
    public bool CanBeKept(DateTimeOffset now) => Scope.Set.ShowsChanges(now);

    string KeyOf(UInt128 digest) => string.Create(CultureInfo.InvariantCulture, $"{QueryKey()}\0{digest:x32}{LeftOut()}");

    /// <summary>The answer says what the rules left out, so that belongs to its key.</summary>
    string LeftOut() => Scope.Skipped.Count + Scope.Unreadable.Count == 0
        ? ""
        : $" {string.Join(' ', Scope.Skipped.Select(one => $"{one.Key}={one.Value}"))} {string.Join('\0', Scope.Unreadable)}";

    /// <summary>The first API asks by far the most often and has few members: its key is written without JSON.</summary>
    string QueryKey() => Form == AnswerForm.Entries
        ? string.Create(CultureInfo.InvariantCulture, $"{Form} {Query.Mode} {Query.Before} {Query.After} {Query.Limit} {Query.Term}")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Form} {Window?.From}-{Window?.End} {Encoding.UTF8.GetString(CanonicalQuery.Of(Query))}");
}
