// A window of a dictionary by line numbers, for readers: it reads one block before the window and the window itself, however large the
// file. What does not fit is left out, and the answer says so: a long line is truncated, a window ends early. With a question it also
// says what matches in the window and next to it, by an ordinary search.

using System.Text.Json;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class LinesApi(DictionaryFolder folder, LineIndexes indexes, Searching searching, SearchSettings settings)
{
    const int MaxCount = 2_000;
    const int DefaultCount = 200;
    const int MaxLineBytes = 16 << 10;
    const int MaxWindowBytes = 1 << 20;

    static readonly Parameter[] Window =
    [
        new("from", "The first line, from 1. Default 1.", "integer", Min: 1),
        new(
            "count",
            "How many lines, 1..2,000. Default 200. Fewer come where they exceed 1 MiB; 'next' says where to go on.",
            "integer",
            Min: 1,
            Max: MaxCount),
        new(
            "column",
            "With count=1: the line from this UTF-16 unit on, from 0, to walk through a long one. Default 0.",
            "integer",
            Min: 0,
            Max: FoundLine.MaxBytes),
        .. from parameter in SearchRequest.Parameters
           where SearchRequest.OfLines.Contains(parameter.Name)
           select parameter.Name == "q"
               ? parameter with
               {
                   Summary = "Marks what matches, as a search does: 1..1,024 characters. Default: nothing.",
                   Required = false,
               }
               : parameter,
    ];

    public Route Route => new("GET", "/api/v1/lines/{*name}", AnswerAsync)
    {
        Group = "Dictionaries",
        Chapter = "docs/inside/catalogue.md",
        Summary = "Lines of a dictionary by number, quickly even from a large one; with q also what matches in them, and the nearest "
            + "match before and after them.",
        Parameters = [new("name", "The dictionary's name: its path in the folder.", Required: true), .. Window],
        ReplyType = SearchJson.Plain.LinesReply,
        Statuses = [200, 403],
        Example = "-s '{url}/api/v1/lines/http-status.txt?from=29&count=2'",
        Deadline = settings.RequestTimeout,
    };

    async Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var lines = await ReadAsync(exchange.RouteValue("name"), exchange.Query, $"{exchange.CountedAddress}", cancellationToken);
        return Reply.Json(lines, SearchJson.Plain.LinesReply);
    }

    /// <summary>Reads a window; also for calls without HTTP.</summary>
    /// <param name="name">The dictionary.</param>
    /// <param name="query">The parameters of the route.</param>
    /// <param name="asker">In whose line a search waits for its turn.</param>
    /// <exception cref="ApiError">400: a parameter; 403, 404: the dictionary; 504: too far inside to be counted in time.</exception>
    public async Task<LinesReply> ReadAsync(
        string name, IReadOnlyList<(string Name, string Value)> query, string asker, CancellationToken cancellationToken)
    {
        var given = QueryParameters.Read(query, Window);
        var from = given.Integer("from", 1L) ?? 1;
        var count = given.Integer("count", 1, MaxCount) ?? DefaultCount;
        var column = given.Integer("column", 0, FoundLine.MaxBytes) ?? 0;
        if (column > 0 && count != 1) throw ApiError.BadRequest("'column' applies to a single line; set 'count' to 1.");
        List<(string, string)> ofLines = [.. query.Where(parameter => SearchRequest.OfLines.Contains(parameter.Name))];
        var asked = ofLines.Count == 0 ? null : SearchRequest.FromQuery(ofLines).ToQuery();
        var file = folder.Find(name) ?? throw Refusals.NoSuchDictionary(name);
        var index = await indexes.OfAsync(file, cancellationToken) ?? throw Refusals.Unreadable(file.Name);
        var lines = await Task.Run(() => Read(file, index, from, count, column), cancellationToken);
        if (asked is null) return lines;
        var window = new LineWindow(from, from + Math.Max(1, lines.Lines.Count));
        return lines with { Found = await FindAsync(asked, file, window, asker, cancellationToken) };
    }

    async Task<LinesFound> FindAsync(
        SearchQuery query, DictionaryFile file, LineWindow window, string asker, CancellationToken cancellationToken)
    {
        var question = new Question
        {
            Query = query with { Dictionaries = [file.Name], Limit = SearchQuery.NoLimit },
            Scope = SearchScope.Of(file),
            Form = AnswerForm.Window,
            Window = window,
            Asker = asker,
        };
        var reply = await searching.AskAsync(question, cancellationToken); // never streamed: it is smaller than that
        return JsonSerializer.Deserialize(reply.Body.Span, SearchJson.Default.LinesFound)!;
    }

    static LinesReply Read(DictionaryFile file, LineIndex index, long from, int count, int column)
    {
        var none = new LinesReply { Dictionary = file.Name, From = from, Lines = [], Cut = [], Total = index.Total, Next = null };
        if (index.Total is { } total && from > total) return none;
        var start = index.Before(from) ?? throw new ApiError(504, $"Line {from} is too far into this dictionary to reach in time.");
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
                return text.Problem is null ? none : throw Refusals.Unreadable(file.Name); // shorter than a moment ago
            }
            var window = Take(reader, none, count, column);
            if (window.Next is not null || text.Problem is null) return window;
            if (form is not (TextForm.Gzip or TextForm.Utf16LittleEndian or TextForm.Utf16BigEndian)) throw Refusals.Unreadable(file.Name);
            return window with { Problem = text.Problem };
        }
        catch (Exception refused) when (refused is IOException and not NoDescriptorException or UnauthorizedAccessException)
        {
            throw Refusals.Unreadable(file.Name);
        }
    }

    /// <summary>The lines from where the reader is.</summary>
    static LinesReply Take(LineReader reader, LinesReply none, int count, int column)
    {
        List<string> lines = [];
        List<long> cut = [];
        var more = false;
        for (var bytes = 0; (more = !reader.IsAtEnd) && lines.Count < count && bytes < MaxWindowBytes; bytes += reader.Taken)
        {
            lines.Add(reader.TakeLine(MaxLineBytes, out var isCut, column));
            if (isCut) cut.Add(none.From + lines.Count - 1);
        }
        return none with { Lines = lines, Cut = cut, Next = more ? none.From + lines.Count : null };
    }
}
