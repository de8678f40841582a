// A window of a dictionary by line numbers, for readers: it costs one block before the window and the window itself, however
// large the file. What does not fit is left out and said: a long line is cut, a window ends early.

using System.Buffers;
using System.Text;
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
        ReplyType = typeof(LinesReply),
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
        if (index.Total is { } total && from > total) return Reply(more: false);
        var start = index.Before(from) ?? throw new ApiError(504, $"Line {from} is too far inside this dictionary to be counted in time.");
        var more = false;
        try
        {
            using var reader = new WindowReader(file.Open(), start.Offset);
            for (var newlines = start.Newlines; newlines < from - 1; newlines++)
            {
                if (!reader.SkipLine()) return Reply(more: false); // shorter than a moment ago
            }
            for (var bytes = 0; (more = !reader.IsAtEnd) && lines.Count < count && bytes < MaxWindowBytes; bytes += reader.Taken)
            {
                lines.Add(reader.TakeLine(MaxLineBytes, out var isCut));
                if (isCut) cut.Add(from + lines.Count - 1);
            }
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
        };
    }

    static ApiError Unreadable(DictionaryFile file) => new(403, $"The dictionary '{file.Name}' cannot be read.");

    /// <summary>Walks through a file line by line with one buffer; of a line it keeps no more than it is asked for.</summary>
    sealed class WindowReader(Microsoft.Win32.SafeHandles.SafeFileHandle handle, long offset) : IDisposable
    {
        readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        readonly ArrayBufferWriter<byte> line = new();
        int position;
        int filled;

        public bool IsAtEnd => position == filled && !Fill();

        /// <summary>The bytes kept of the last line.</summary>
        public int Taken => line.WrittenCount;

        /// <returns>False where the file ends before a newline.</returns>
        public bool SkipLine() => PassLine(0, out _);

        public string TakeLine(int mostBytes, out bool isCut)
        {
            PassLine(mostBytes, out isCut);
            var text = Encoding.UTF8.GetString(line.WrittenSpan);
            return isCut ? text.TrimEnd('\ufffd') : text; // the cut may have halved a character
        }

        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(buffer);
            handle.Dispose();
        }

        bool PassLine(int keep, out bool isCut)
        {
            line.ResetWrittenCount();
            isCut = false;
            while (!IsAtEnd)
            {
                var rest = buffer.AsSpan(position, filled - position);
                var newline = rest.IndexOf((byte)'\n');
                var piece = newline < 0 ? rest : rest[..newline];
                var kept = Math.Min(piece.Length, keep - line.WrittenCount);
                line.Write(piece[..kept]);
                isCut |= kept < piece.Length;
                position += piece.Length + (newline < 0 ? 0 : 1);
                if (newline >= 0) return true;
            }
            return false;
        }

        bool Fill()
        {
            offset += filled;
            (position, filled) = (0, 0);
            filled = RandomAccess.Read(handle, buffer, offset);
            return filled > 0;
        }
    }
}
