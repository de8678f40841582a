// A window of a dictionary by line numbers, for readers: it costs one block before the window and the window itself, however
// large the file. What does not fit is left out and said: a long line is cut, a window ends early.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class LinesApi(DictionaryFolder folder, LineIndexes indexes)
{
    const int MaxCount = 2_000;
    const int DefaultCount = 200;
    const int MaxLineBytes = 16 << 10;
    const int MaxWindowBytes = 1 << 20;

    static readonly Parameter[] Window =
    [
        new("from", "The first line, from 1. Default 1.", "integer", Least: 1),
        new(
            "count",
            "How many lines, 1..2,000. Default 200. Fewer come where they exceed 1 MiB; 'next' says where to go on.",
            "integer",
            Least: 1,
            Most: MaxCount),
    ];

    public Route Route => new("GET", "/api/v1/lines/{*name}", AnswerAsync)
    {
        Group = "Dictionaries",
        Summary = "Some lines of a dictionary by their numbers, at once even from a large one.",
        Parameters = [new("name", "The dictionary's name: its path in the folder.", Required: true), .. Window],
        ReplyType = SearchJson.Plain.LinesReply,
        Statuses = [200, 403],
        Example = "-s '{url}/api/v1/lines/http-status.txt?from=29&count=2'",
    };

    async Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken) =>
        Reply.Json(await ReadAsync(exchange.RouteValue("name"), exchange.Query, cancellationToken), SearchJson.Plain.LinesReply);

    /// <summary>Reads a window; also for those who ask without HTTP.</summary>
    /// <param name="name">The dictionary.</param>
    /// <param name="query">The parameters <c>from</c> and <c>count</c>.</param>
    /// <exception cref="ApiError">400: a parameter; 403, 404: the dictionary; 504: too far inside to be counted in time.</exception>
    public async Task<LinesReply> ReadAsync(
        string name, IReadOnlyList<(string Name, string Value)> query, CancellationToken cancellationToken)
    {
        var given = QueryParameters.Read(query, Window);
        var from = given.Integer("from", 1L) ?? 1;
        var count = given.Integer("count", 1, MaxCount) ?? DefaultCount;
        var file = folder.Find(name) ?? throw Refusals.NoSuchDictionary(name);
        var index = await indexes.OfAsync(file, cancellationToken) ?? throw Refusals.Unreadable(file.Name);
        return await Task.Run(() => Read(file, index, from, count), cancellationToken);
    }

    static LinesReply Read(DictionaryFile file, LineIndex index, long from, int count)
    {
        List<string> lines = [];
        List<long> cut = [];
        string? problem = null;
        if (index.Total is { } total && from > total) return Reply(more: false);
        var start = index.Before(from) ?? throw new ApiError(504, $"Line {from} is too far inside this dictionary to be counted in time.");
        var more = false;
        try
        {
            using var handle = file.Open();
            var form = TextForms.Sniff(handle, file.IsDecoded);
            var part = new TextRange(start.Offset, long.MaxValue, start.Newlines);
            using var text = TextSources.Open(handle, form, keepReturns: !file.IsDecoded, part);
            using var reader = new LineReader(text);
            for (var newlines = start.Newlines; newlines < from - 1; newlines++)
            {
                if (reader.SkipLine()) continue;
                problem = text.Problem;
                return Reply(more: false); // shorter than a moment ago
            }
            for (var bytes = 0; (more = !reader.IsAtEnd) && lines.Count < count && bytes < MaxWindowBytes; bytes += reader.Taken)
            {
                lines.Add(reader.TakeLine(MaxLineBytes, out var isCut));
                if (isCut) cut.Add(from + lines.Count - 1);
            }
            problem = text.Problem;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Refusals.Unreadable(file.Name);
        }
        return Reply(more);

        LinesReply Reply(bool more) => new()
        {
            Dictionary = file.Name,
            From = from,
            Lines = lines,
            Cut = cut,
            Total = index.Total,
            Next = more ? from + lines.Count : null,
            Problem = problem,
        };
    }
}
