// Follows on the command line, without a server: prints each new line that matches, until it is stopped.

using System.Text;
using System.Text.Json;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <param name="follows">Of the folder that the path leads to.</param>
/// <param name="path">What is followed.</param>
internal sealed class FollowVerb(Follows follows, FollowedPath path)
{
    const int Found = 0;
    const int NothingFound = 1;
    const int Error = 2;

    /// <summary>Prints lines to <paramref name="output"/>, and what else happens to <paramref name="complain"/>.</summary>
    /// <param name="cancellationToken">Cancelled when it is to stop.</param>
    /// <returns>0 found, 1 nothing found, 2 error.</returns>
    public async Task<int> RunAsync(SearchWish wish, Stream output, Action<string> complain, CancellationToken cancellationToken)
    {
        var code = NothingFound;
        try
        {
            var query = (wish.Request with { Dictionaries = [.. path.Dictionaries, .. wish.Request.Dictionaries ?? []] }).ToQuery();
            var last = ValueRules.InRange(wish.Last, 0, Follows.MaxLast, "--last");
            await using var follow = await follows.BeginAsync(query, cursor: null, last, asker: "", cancellationToken);
            await foreach (var told in follow.ToldAsync(cancellationToken))
            {
                if (told.Kind is null) code = Found;
                var isPrinted = wish.Form == AnswerForm.Ndjson || told.Kind is null;
                if (!isPrinted && told.Kind != "heartbeat") complain(Noted(told));
                if (!isPrinted) continue;
                var printed = wish.Form == AnswerForm.Ndjson ? told.AsLine : LineOf(told);
                if (!await IsTakenAsync(output, printed, cancellationToken)) return Error; // the reader has gone, as after | head
            }
            return code;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return code;
        }
        catch (ApiError refused)
        {
            complain(refused.Message);
            return Error;
        }
        catch (IOException failed)
        {
            complain(failed.Message);
            return Error;
        }
    }

    static async Task<bool> IsTakenAsync(Stream output, ReadOnlyMemory<byte> printed, CancellationToken cancellationToken)
    {
        try
        {
            await output.WriteAsync(printed, cancellationToken);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    byte[] LineOf(FollowEvent told)
    {
        var match = ReplyOf(told);
        return Encoding.UTF8.GetBytes($"{path.Prefix}{match.Dictionary}:{match.Line}:{match.Text}\n");
    }

    string Noted(FollowEvent told)
    {
        var note = ReplyOf(told);
        var name = path.Prefix + note.Dictionary;
        return told.Kind switch
        {
            "rotated" => $"{name} was truncated or has gone; lines that nobody had read may be gone.",
            "problem" => $"{name}: {note.Problem}.",
            _ => $"{told.Kind} {Encoding.UTF8.GetString(told.Json.Span)}",
        };
    }

    static FollowReply ReplyOf(FollowEvent told) => JsonSerializer.Deserialize(told.Json.Span, SearchJson.Default.FollowReply)!;
}

/// <summary>What the command line follows: a folder, or one file of it.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Dictionaries">The file in it; none: all.</param>
/// <param name="Prefix">What is printed before names.</param>
internal sealed record FollowedPath(string Folder, IReadOnlyList<string> Dictionaries, string Prefix)
{
    /// <param name="paths">As they were given: one at most.</param>
    /// <param name="folder">The folder where none is given.</param>
    /// <exception cref="UsageError">There are several, or it leads nowhere.</exception>
    public static FollowedPath Of(IReadOnlyList<string> paths, string folder)
    {
        if (paths.Count == 0) return new FollowedPath(folder, [], "");
        if (paths is not [var path]) throw new UsageError("--follow takes one PATH: a file, or a folder with everything below it.");
        if (Directory.Exists(path)) return new FollowedPath(path, [], path.EndsWith('/') ? path : path + "/");
        if (!File.Exists(path)) throw new UsageError($"There is no file or folder '{path}'. Try --help.");
        var name = Path.GetFileName(path);
        return new FollowedPath(Path.GetDirectoryName(Path.GetFullPath(path))!, [name], path[..^name.Length]);
    }
}
