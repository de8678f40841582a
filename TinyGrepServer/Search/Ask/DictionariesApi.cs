// The list of dictionaries, and each of them as a file, with ETag and Range.

using System.Globalization;
using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>A dictionary in the list.</summary>
public sealed record DictionaryReply
{
    [JsonPropertyName("name")] public required string Name { get; init; }

    [JsonPropertyName("bytes")] public required long Bytes { get; init; }

    /// <summary>Null where they could not be counted in time, or the file cannot be read.</summary>
    [JsonPropertyName("lines"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required long? Lines { get; init; }

    /// <summary>Null where there is no file to ask.</summary>
    [JsonPropertyName("modified"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required DateTimeOffset? Modified { get; init; }

    /// <summary>Null, or why a search over all leaves it out: <c>dotfile</c>, <c>backup</c>, <c>binary</c>, <c>unreadable</c>.</summary>
    [JsonPropertyName("skipped"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required string? Skipped { get; init; }
}

/// <summary>The list of dictionaries.</summary>
/// <param name="Dictionaries">Sorted by name.</param>
/// <param name="Default">The one the first API asks where none is named.</param>
public sealed record DictionaryList(
    [property: JsonPropertyName("dictionaries")] IReadOnlyList<DictionaryReply> Dictionaries,
    [property: JsonPropertyName("default")] string Default);

internal sealed class DictionariesApi(DictionaryFolder folder, string defaultDictionary, LineIndexes indexes, TimeProvider time)
{
    public IEnumerable<Route> Routes =>
    [
        new("GET", "/api/v1/dictionaries", ListAsync)
        {
            Group = "Dictionaries",
            Summary = "The dictionaries: name, bytes, lines, time of the last change, and why one is skipped.",
            ReplyType = SearchJson.Plain.DictionaryList,
            Example = "-s {url}/api/v1/dictionaries",
        },
        new("GET", "/api/v1/dictionaries/{*name}", FileAsync)
        {
            Group = "Dictionaries",
            Summary = "A dictionary as it is; with ETag and Range.",
            Parameters =
            [
                new("name", "The dictionary's name: its path in the folder.", Required: true),
                new("Range", "The bytes wanted, such as bytes=0-99. Default: all.", IsHeader: true),
            ],
            ReplyContentTypes = ["text/plain"],
            Statuses = [200, 206, 304, 403, 416],
            Example = "-s -r 0-99 {url}/api/v1/dictionaries/http-status.txt",
        },
    ];

    async Task<Reply> ListAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        List<DictionaryReply> replies = [];
        foreach (var listed in folder.List())
        {
            replies.Add(new DictionaryReply
            {
                Name = listed.Name,
                Bytes = listed.File?.Version.Length ?? 0,
                Lines = listed.File is { } file && listed.Skipped != "unreadable" ? (await indexes.OfAsync(file, cancellationToken))?.Total : null,
                Modified = listed.File?.Version.ModifiedAt,
                Skipped = listed.Skipped,
            });
        }
        return Reply.Json(new DictionaryList(replies, defaultDictionary), SearchJson.Plain.DictionaryList);
    }

    Task<Reply> FileAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var name = exchange.RouteValue("name");
        var file = folder.Find(name) ?? throw ApiError.NotFound($"There is no dictionary '{Printable.Excerpt(name, 200)}'. GET /api/v1/dictionaries lists them.");
        var tag = file.Version.IsSettled(time.GetUtcNow()) ? Tag(file.Version) : null;
        IReadOnlyList<(string, string)> headers =
        [
            ("Accept-Ranges", "bytes"),
            ("Last-Modified", file.Version.ModifiedAt.ToString("R", CultureInfo.InvariantCulture)),
            .. tag is null ? [] : new[] { ("ETag", tag) },
        ];
        if (tag is not null && exchange.KnownTag(tag) is { } known) return Task.FromResult(Reply.Empty(304, ("ETag", known)));
        var range = exchange.Header("If-Range") is { } condition && condition != tag ? null : exchange.Header("Range");
        return Task.FromResult(Part(file, ByteRange.Parse(range, file.Version.Length), headers));
    }

    static Reply Part(DictionaryFile file, ByteRange? range, IReadOnlyList<(string, string)> headers)
    {
        var stream = Open(file);
        var (first, length) = range is { } part ? (part.First, part.Length) : (0, file.Version.Length);
        return new Reply
        {
            Status = range is null ? 200 : 206,
            ContentType = "text/plain; charset=utf-8",
            Headers = range is null ? headers : [.. headers, ("Content-Range", $"bytes {first}-{first + length - 1}/{file.Version.Length}")],
            Stream = (output, stopping) => CopyAsync(stream, first, length, output, stopping),
            StreamLength = length,
            Owner = stream,
        };
    }

    static FileStream Open(DictionaryFile file)
    {
        try
        {
            return new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: false);
        }
        catch (UnauthorizedAccessException)
        {
            throw new ApiError(403, $"The dictionary '{file.Name}' cannot be read.");
        }
        catch (IOException)
        {
            throw ApiError.NotFound($"The dictionary '{file.Name}' has just gone.");
        }
    }

    /// <summary>Sends what was promised; a file that has become shorter meanwhile cuts the reply.</summary>
    static async Task CopyAsync(FileStream file, long first, long length, Stream output, CancellationToken stopping)
    {
        var buffer = new byte[64 << 10];
        while (length > 0)
        {
            var read = RandomAccess.Read(file.SafeFileHandle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length)), first);
            if (read == 0) return;
            await output.WriteAsync(buffer.AsMemory(0, read), stopping);
            first += read;
            length -= read;
        }
    }

    static string Tag(FileVersion version) =>
        $"\"{version.Length:x}-{version.Modified:x}-{version.Changed:x}-{version.Inode:x}\"";
}
