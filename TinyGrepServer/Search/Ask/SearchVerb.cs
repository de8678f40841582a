// Asks once and prints, without a server: the same engine, limits and errors as over HTTP, exit codes as grep has them.

using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal static class SearchVerb
{
    const int Found = 0;
    const int NothingFound = 1;
    const int Error = 2;

    /// <summary>Prints the answer to <paramref name="output"/>, what is wrong with it to <paramref name="complain"/>.</summary>
    /// <returns>0 found, 1 nothing found, 2 error or not everything could be searched.</returns>
    public static async Task<int> RunAsync(SearchSlice slice, SearchRequest request, bool json, Stream output, Action<string> complain, CancellationToken cancellationToken)
    {
        try
        {
            var query = request.ToQuery();
            return json ? await PrintJsonAsync(slice, query, output, cancellationToken) : await PrintLinesAsync(slice, query, output, complain, cancellationToken);
        }
        catch (ApiError refused)
        {
            complain(refused.Message);
            return Error;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) // the reader of our output has gone, as after | head
        {
            return Error;
        }
    }

    static async Task<int> PrintJsonAsync(SearchSlice slice, SearchQuery query, Stream output, CancellationToken cancellationToken)
    {
        var (scope, run, answer) = await StartAsync(slice, query, cancellationToken);
        var reply = await Answer.ReplyAsync(run, answer, cancellationToken);
        await using var owner = reply.Owner;
        if (reply.Stream is not null) await reply.Stream(output, cancellationToken);
        else await output.WriteAsync(reply.Body, cancellationToken);
        await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
        return ExitCode(run.Stop, scope, answer.FoundAny);
    }

    static async Task<int> PrintLinesAsync(SearchSlice slice, SearchQuery query, Stream output, Action<string> complain, CancellationToken cancellationToken)
    {
        var (scope, run, answer) = await StartAsync(slice, query, cancellationToken);
        answer.Dispose(); // lines are printed, not JSON
        await using var search = run;
        using var lines = new Lines(query, scope.Files);
        while (await run.ReadAsync(lines, cancellationToken)) await lines.FlushAsync(output, cancellationToken);
        if (query.CountOnly) lines.WriteTotal();
        await lines.FlushAsync(output, cancellationToken);
        if (lines.More) complain($"stopped at {query.Limit} matches; there are more (--limit).");
        if (run.Stop == StopReason.Timeout) complain("the time was up; there may be more (--timeout).");
        if (run.Stop == StopReason.Unreadable || !scope.AllReadable) complain("a dictionary could not be read.");
        return ExitCode(run.Stop, scope, lines.Any);
    }

    static async Task<(SearchScope Scope, ISearchRun Run, MatchesAnswer Answer)> StartAsync(SearchSlice slice, SearchQuery query, CancellationToken cancellationToken)
    {
        var scope = slice.Full.Select(query);
        var question = slice.Engines.ForMatches(query, scope, ndjson: false);
        var ticket = await slice.Queue.EnterAsync(new SearchClock(slice.Timeout), question.Engine, cancellationToken);
        return (scope, question.NewRun(ticket), (MatchesAnswer)question.NewAnswer());
    }

    static int ExitCode(StopReason stop, SearchScope scope, bool found) =>
        stop is StopReason.Timeout or StopReason.Unreadable || !scope.AllReadable ? Error : found ? Found : NothingFound;

    /// <summary><c>dictionary:line:text</c>, context with dashes, groups parted by <c>--</c>.</summary>
    sealed class Lines(SearchQuery query, IReadOnlyList<DictionaryFile> files) : ILineSink, IDisposable
    {
        readonly PooledBuffer output = new();

        public Lock Gate { get; } = new();

        (int Dictionary, long Line) last = (-1, 0);
        int matches;
        long total;
        int trailing;
        bool flushed;

        public int Held => output.Length;

        public bool Any { get; private set; }

        public bool More { get; private set; }

        public void WriteTotal()
        {
            Any = total > 0;
            output.Append(total);
            output.Append((byte)'\n');
        }

        public bool Add(in FoundLine line)
        {
            if (query.CountOnly)
            {
                total += line.Number;
                return true;
            }
            var follows = last == (line.Dictionary, line.Number - 1);
            var full = matches == query.Limit;
            if (full && line.Selected) More = true;
            if (full && (trailing <= 0 || !follows)) return !More; // only whether there is one more match is still wanted
            trailing = line.Selected && !full ? query.After : trailing - 1;
            if (query.Before + query.After > 0 && Any && !follows) output.Append("--\n"u8);
            if (line.Selected && !full) matches++;
            (Any, last) = (true, (line.Dictionary, line.Number));
            var mark = line.Selected && !full ? (byte)':' : (byte)'-';
            output.Append(Encoding.UTF8.GetBytes(files[line.Dictionary].Name));
            output.Append(mark);
            output.Append(line.Number);
            output.Append(mark);
            output.Append(line.Text);
            output.Append((byte)'\n');
            return true;
        }

        public bool TryRestart()
        {
            if (flushed) return false;
            output.Clear();
            (Any, More, last, matches, total, trailing) = (false, false, (-1, 0), 0, 0, 0);
            return true;
        }

        public async Task FlushAsync(Stream stream, CancellationToken cancellationToken)
        {
            flushed |= output.Length > 0;
            await stream.WriteAsync(output.Written, cancellationToken);
            output.Clear();
        }

        public void Dispose() => output.Dispose();
    }
}
