// The full API's answer: one object a match, as one JSON document or as NDJSON with a summary at its end. A match carries
// the lines before it at once; the lines after it come later, so it waits in a queue until it has them.

using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <param name="question">What is asked.</param>
/// <param name="maxBytes">Once the answer has so many bytes it ends, as at its limit; one match it always has.</param>
internal sealed class MatchesAnswer(Question question, long maxBytes) : Answer
{
    /// <summary>Lines before a match that weigh less in all than the references to them would are copied with it.</summary>
    const int Small = 4 << 10;

    readonly SearchQuery query = question.Query;
    readonly IReadOnlyList<DictionaryFile> files = question.Scope.Files;
    readonly Cursor? from = question.Scope.From;
    readonly bool ndjson = question.Form == AnswerForm.Ndjson;
    readonly ContextLines recent = new();
    readonly LinkedList<Pending> pending = new();
    readonly ContextLines following = new(); // the lines after the oldest match that waits, shared by all that wait
    readonly Queue<(Pending Match, byte[][] After)> ready = new();
    readonly PooledBuffer scratch = new();
    readonly CountsSummary counts = new(question);
    (int Dictionary, byte[] Quoted) name = (-1, []);
    int count;
    int emitted;
    long lines; // lines seen so far
    long seen;  // and their bytes
    long size;  // bytes of the matches taken, told from the lines alone: the same question ends at the same match
    bool more;    // the answer has as many matches as it may
    bool leftOut; // a dictionary has more matches than are given of one
    (int Dictionary, long Line) last;
    Cursor reached = question.Scope.From ?? default;
    Cursor emittedUpTo;

    public override bool FoundAny => count + counts.Total > 0;

    public override string ContentType => ndjson ? "application/x-ndjson" : "application/json";

    /// <summary>Who asks for one match a line reads along: a proxy is to hand on each as it comes (nginx, X-Accel-Buffering).</summary>
    public override IReadOnlyList<(string Name, string Value)> Headers { get; } =
        question.Form == AnswerForm.Ndjson ? [("Vary", "Accept"), ("X-Accel-Buffering", "no")] : [("Vary", "Accept")];

    public override byte[] Head => ndjson ? [] : [.. "{\"query\":"u8, .. CanonicalQuery.Of(query), .. ",\"matches\":["u8];

    public override bool Add(in FoundLine line)
    {
        if (query.CountOnly)
        {
            counts.Add(line.Dictionary, line.Number);
            return true;
        }
        if (last != (line.Dictionary, line.Number - 1)) EndGroup();
        last = (line.Dictionary, line.Number);
        var context = query.HasContext ? Quote(line.Text) : [];
        GiveToPending(context);
        if (line.Selected && !IsBehind(line) && query.MaxPerDictionary is { } max && SeenOf(line.Dictionary) >= max)
        {
            leftOut = true; // but a line around others it may be
        }
        else if (line.Selected && !IsBehind(line))
        {
            var isHeld = recent.Has(query.Before);
            more |= count == query.Limit || size >= maxBytes || (!isHeld && count > 0);
            if (!more && !isHeld) throw Refusals.ContextTooLarge();
            if (!more) Take(line, context);
        }
        if (query.Before > 0)
        {
            recent.Add(context);
            recent.KeepLast(query.Before);
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
        counts.Clear();
        (count, emitted, more, leftOut, last, reached, size) = (0, 0, false, false, default, from ?? default, 0);
        (emittedUpTo, seen) = (default, 0);
        return true;
    }

    public override Reply? Partial()
    {
        lock (Gate) return Streaming || IsDisposed ? null : Compose(Summary(emitted, StopReason.Timeout, null));
    }

    public override void Dispose()
    {
        counts.Dispose();
        scratch.Dispose();
        base.Dispose();
    }

    public override byte[] Tail(StopReason stop)
    {
        if (stop == StopReason.Unreadable && files.Count == 1 && Problems.All(problem => problem.Text == Problem.Unreadable))
            throw Refusals.Unreadable(files[0].Name);
        var reason = more ? StopReason.Limit
            : stop == StopReason.End && !question.Scope.AllReadable ? StopReason.Unreadable
            : stop == StopReason.End && leftOut ? StopReason.Limit
            : stop;
        var next = more && count > 0 ? CursorText.Of(reached, query, files) : null;
        return Summary(count, reason, next);
    }

    byte[] Summary(int matches, StopReason reason, string? next)
    {
        using var summary = new PooledBuffer();
        if (ndjson) summary.Append([.. "{\"query\":"u8, .. CanonicalQuery.Of(query), (byte)',']);
        else summary.Append("],"u8);
        if (query.CountOnly) counts.WriteList(summary);
        summary.Append("\"count\":"u8);
        summary.Append(query.CountOnly ? counts.Total : matches);
        summary.Append(reason == StopReason.End ? ",\"complete\":true"u8 : ",\"complete\":false"u8);
        summary.Append(Encoding.ASCII.GetBytes($",\"stop_reason\":\"{reason.ToString().ToLowerInvariant()}\""));
        summary.Append(next is null ? ",\"next\":null"u8 : Encoding.ASCII.GetBytes($",\"next\":\"{next}\""));
        LeftOut.Write(summary, question.Scope, Problems);
        summary.Append(ndjson ? "}\n"u8 : "}"u8);
        return summary.Written.ToArray();
    }

    bool IsBehind(in FoundLine line) => from is { } cursor && line.Dictionary == cursor.Dictionary && line.Number <= cursor.Line;

    long SeenOf(int dictionary) => reached.Dictionary == dictionary ? reached.Seen : 0;

    /// <summary>Made once a dictionary that has a match, not for all of the question.</summary>
    byte[] Name(int dictionary)
    {
        if (name.Dictionary != dictionary) name = (dictionary, SearchJson.Quoted(files[dictionary].Name));
        return name.Quoted;
    }

    void Take(in FoundLine line, byte[] quoted)
    {
        count++;
        size += line.Text.Length + recent.Bytes;
        reached = new Cursor(line.Dictionary, line.Number, SeenOf(line.Dictionary) + 1)
        {
            Modified = from?.Dictionary == line.Dictionary ? from.Value.Modified : 0,
        };
        if (query.After > 0)
        {
            WriteUpToBefore(scratch, line, quoted);
            var isSmall = recent.Bytes <= Small;
            if (isSmall) Join(scratch, recent.All);
            byte[][] before = isSmall ? [] : [.. recent.All];
            pending.AddLast(new Pending(scratch.Written.ToArray(), before, lines, seen, line.Text.Length + recent.Bytes, reached));
            scratch.Clear();
        }
        else
        {
            Separate();
            WriteUpToBefore(Output, line, quoted);
            WriteRest(recent.All, []);
        }
    }

    void WriteUpToBefore(PooledBuffer output, in FoundLine line, byte[] quoted)
    {
        MatchJson.Begin(output, Name(line.Dictionary), line, line.Number, quoted);
        output.Append(",\"before\":["u8);
    }

    public override bool Complete()
    {
        EndGroup();
        WriteReady();
        return ready.Count > 0;
    }

    void GiveToPending(byte[] quoted)
    {
        lines++;
        if (pending.Count == 0) return;
        following.Add(quoted);
        seen += quoted.Length;
        size += (long)quoted.Length * pending.Count;
        while (pending.First?.Value is { } match && lines - match.Line == query.After) EmitFirst();
        while (size > maxBytes && count > 1 && pending.Last?.Value is { } latest) GiveUp(latest);
    }

    /// <summary>The answer is large enough without the latest match, which lacks lines yet: the next answer begins with it.</summary>
    void GiveUp(Pending latest)
    {
        pending.RemoveLast();
        size -= latest.Size + (seen - latest.Seen);
        count--;
        more = true;
        reached = pending.Last?.Value.Reached ?? emittedUpTo;
    }

    void EndGroup()
    {
        recent.Clear();
        while (pending.Count > 0) EmitFirst();
        following.Clear();
    }

    /// <summary>The match has all its lines; only references are held until it is written.</summary>
    void EmitFirst()
    {
        var match = pending.First!.Value;
        pending.RemoveFirst();
        emittedUpTo = match.Reached;
        var after = lines - match.Line;
        ready.Enqueue((match, following.Last(after) ?? throw Refusals.ContextTooLarge()));
        following.KeepLast(after);
    }

    /// <summary>Writes what is ready, one step at a time: a group's end can complete a thousand matches at once.</summary>
    void WriteReady()
    {
        var held = Output.Length;
        while (Output.Length - held < ILineSink.Step && ready.TryDequeue(out var next)) Write(next.Match, next.After);
    }

    void Write(Pending match, byte[][] after)
    {
        Separate();
        Output.Append(match.UpToBefore);
        WriteRest(match.Before, after);
    }

    void WriteRest(IEnumerable<byte[]> before, IEnumerable<byte[]> after)
    {
        Join(Output, before);
        Output.Append("],\"after\":["u8);
        Join(Output, after);
        Output.Append("]}"u8);
        if (ndjson) Output.Append((byte)'\n');
    }

    static void Join(PooledBuffer output, IEnumerable<byte[]> quoted)
    {
        var isFirst = true;
        foreach (var one in quoted)
        {
            if (!isFirst) output.Append((byte)',');
            isFirst = false;
            output.Append(one);
        }
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
    /// <param name="UpToBefore">Its JSON up to the lines before it, and with them where they are small.</param>
    /// <param name="Before">Those where they are not, shared with its neighbours.</param>
    /// <param name="Line">Which of the lines seen it is.</param>
    /// <param name="Seen">The bytes of the lines seen up to it.</param>
    /// <param name="Size">Its bytes without the lines after it.</param>
    /// <param name="Reached">The cursor of an answer that ends with it.</param>
    sealed record Pending(byte[] UpToBefore, byte[][] Before, long Line, long Seen, long Size, Cursor Reached);
}
