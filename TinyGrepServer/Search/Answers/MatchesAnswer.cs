// The full API's answer: one object a match, as one JSON document or as NDJSON with a summary at its end. A match carries
// the lines before it at once; the lines after it come later, so it waits in a queue until it has them.

using System.Text;
using System.Text.Json;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <param name="query">The question.</param>
/// <param name="files">The dictionaries of the search, in order.</param>
/// <param name="from">Where the answer goes on from; null: at the beginning.</param>
/// <param name="allReadable">False where a file was left out because it cannot be read.</param>
/// <param name="ndjson">One match a line instead of one document.</param>
internal sealed class MatchesAnswer(SearchQuery query, IReadOnlyList<DictionaryFile> files, Cursor? from, bool allReadable, bool ndjson) : Answer
{
    readonly byte[][] names = [.. files.Select(file => JsonSerializer.SerializeToUtf8Bytes(file.Name, SearchJson.Default.String))];
    readonly Queue<byte[]> recent = new();
    readonly Queue<Pending> pending = new();
    readonly Queue<byte[]> following = new(); // the lines after the oldest match that waits, shared by all that wait
    readonly Queue<(byte[] UpToAfter, byte[][] After)> ready = new();
    readonly PooledBuffer scratch = new();
    int count;
    long total;
    int emitted;
    long lines; // lines seen so far
    bool more;
    bool disposed;
    (int Dictionary, long Line) last;
    Cursor reached = from ?? default;

    /// <summary>Whether anything was found.</summary>
    public bool FoundAny => count + total > 0;

    protected override string ContentType => ndjson ? "application/x-ndjson" : "application/json";

    protected override IReadOnlyList<(string Name, string Value)> Headers { get; } = [("Vary", "Accept")];

    protected override byte[] Head => ndjson ? [] : [.. "{\"query\":"u8, .. query.ToJson(), .. ",\"matches\":["u8];

    public override bool Add(in FoundLine line)
    {
        if (query.CountOnly)
        {
            total += line.Number;
            return true;
        }
        if (last != (line.Dictionary, line.Number - 1)) EndGroup();
        last = (line.Dictionary, line.Number);
        var context = query.Before + query.After > 0 ? Quote(line.Text) : [];
        GiveToPending(context);
        if (line.Selected && !IsBehind(line))
        {
            if (count == query.Limit) more = true;
            else Take(line, context);
        }
        if (query.Before > 0)
        {
            if (recent.Count == query.Before) recent.Dequeue();
            recent.Enqueue(context);
        }
        WriteReady();
        return !more || pending.Count > 0;
    }

    public override bool TryRestart()
    {
        if (!base.TryRestart()) return false;
        recent.Clear();
        pending.Clear();
        following.Clear();
        ready.Clear();
        (count, total, emitted, more, last, reached) = (0, 0, 0, false, default, from ?? default);
        return true;
    }

    public override Reply? Partial()
    {
        lock (Gate) return Streaming || disposed ? null : Compose(Head, Summary(emitted, StopReason.Timeout, "null"));
    }

    public override void Dispose()
    {
        disposed = true;
        scratch.Dispose();
        base.Dispose();
    }

    protected override byte[] Tail(StopReason stop)
    {
        if (stop == StopReason.Unreadable && files.Count == 1) throw new ApiError(403, $"The dictionary '{files[0].Name}' cannot be read.");
        var reason = more ? StopReason.Limit : stop == StopReason.End && !allReadable ? StopReason.Unreadable : stop;
        var next = more && count > 0 ? $"\"{reached.Encode(query, files)}\"" : "null";
        return Summary(count, reason, next);
    }

    byte[] Summary(int matches, StopReason reason, string next)
    {
        var summary = $"\"count\":{(query.CountOnly ? total : matches)},\"complete\":{(reason == StopReason.End ? "true" : "false")},"
            + $"\"stop_reason\":\"{reason.ToString().ToLowerInvariant()}\",\"next\":{next}}}";
        return ndjson
            ? [.. "{\"query\":"u8, .. query.ToJson(), (byte)',', .. Encoding.ASCII.GetBytes(summary), (byte)'\n']
            : [.. "],"u8, .. Encoding.ASCII.GetBytes(summary)];
    }

    bool IsBehind(in FoundLine line) => from is { } cursor && line.Dictionary == cursor.Dictionary && line.Number <= cursor.Line;

    void Take(in FoundLine line, byte[] quoted)
    {
        count++;
        reached = new Cursor(line.Dictionary, line.Number, reached.Dictionary == line.Dictionary ? reached.Seen + 1 : 1);
        var output = query.After > 0 ? scratch : Output;
        if (query.After == 0) Separate();
        WriteUpToBefore(output, line, quoted);
        if (query.After == 0)
        {
            output.Append("],\"after\":[]}"u8);
            if (ndjson) output.Append((byte)'\n');
        }
        else
        {
            pending.Enqueue(new Pending(scratch.Written.ToArray(), lines));
            scratch.Clear();
        }
    }

    void WriteUpToBefore(PooledBuffer output, in FoundLine line, byte[] quoted)
    {
        output.Append("{\"dictionary\":"u8);
        output.Append(names[line.Dictionary]);
        output.Append(",\"line\":"u8);
        output.Append(line.Number);
        output.Append(",\"text\":"u8);
        if (quoted.Length > 0) output.Append(quoted);
        else JsonText.AppendQuoted(output, line.Text);
        if (line.BoundsKnown) WriteBounds(output, line);
        output.Append(",\"before\":["u8);
        var first = true;
        foreach (var before in recent)
        {
            if (!first) output.Append((byte)',');
            first = false;
            output.Append(before);
        }
        if (query.After > 0) output.Append("],\"after\":["u8);
    }

    /// <summary>Byte offsets become offsets in UTF-16 code units, which is how JavaScript and .NET count.</summary>
    static void WriteBounds(PooledBuffer output, in FoundLine line)
    {
        output.Append(",\"bounds\":["u8);
        var (bytes, units) = (0, 0);
        for (var at = 0; at < line.Bounds.Length; at++)
        {
            units += Encoding.UTF8.GetCharCount(line.Text[bytes..line.Bounds[at]]);
            bytes = line.Bounds[at];
            output.Append(at % 2 == 1 ? ","u8 : at == 0 ? "["u8 : ",["u8);
            output.Append((long)units);
            if (at % 2 == 1) output.Append((byte)']');
        }
        output.Append((byte)']');
    }

    protected override bool Complete()
    {
        EndGroup();
        WriteReady();
        return ready.Count > 0;
    }

    void GiveToPending(byte[] quoted)
    {
        lines++;
        if (pending.Count == 0) return;
        following.Enqueue(quoted);
        while (pending.TryPeek(out var match) && lines - match.Line == query.After) Emit(pending.Dequeue());
    }

    void EndGroup()
    {
        recent.Clear();
        while (pending.TryDequeue(out var match)) Emit(match);
        following.Clear();
    }

    /// <summary>The match has all its lines; only references are held until it is written.</summary>
    void Emit(Pending match)
    {
        while (following.Count > lines - match.Line) following.Dequeue(); // lines before this match's own
        ready.Enqueue((match.UpToAfter, [.. following]));
    }

    /// <summary>Writes what is ready, one step at a time: a group's end can complete a thousand matches at once.</summary>
    void WriteReady()
    {
        for (var held = Output.Length; Output.Length - held < ILineSink.Step && ready.TryDequeue(out var match);) Write(match.UpToAfter, match.After);
    }

    void Write(byte[] upToAfter, byte[][] afterLines)
    {
        Separate();
        Output.Append(upToAfter);
        var first = true;
        foreach (var after in afterLines)
        {
            if (!first) Output.Append((byte)',');
            first = false;
            Output.Append(after);
        }
        Output.Append("]}"u8);
        if (ndjson) Output.Append((byte)'\n');
    }

    void Separate()
    {
        if (emitted++ > 0 && !ndjson) Output.Append((byte)',');
    }

    byte[] Quote(ReadOnlySpan<byte> text)
    {
        JsonText.AppendQuoted(scratch, text);
        var quoted = scratch.Written.ToArray();
        scratch.Clear();
        return quoted;
    }

    /// <summary>A match that waits for the lines after it.</summary>
    /// <param name="UpToAfter">Its JSON up to them.</param>
    /// <param name="Line">Which of the lines seen it is.</param>
    readonly record struct Pending(byte[] UpToAfter, long Line);
}
