// The first API's answer: a list of entries and their number. Without context an entry is one matching line; with context
// it is one group as grep prints it, its lines joined with newlines.

using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class EntriesAnswer(Question question) : Answer
{
    readonly int limit = question.Query.Limit;
    readonly bool grouped = question.Query.HasContext;
    readonly string dictionary = question.Scope.Files[0].Name;
    long entries;
    long lastLine;

    public override bool FoundAny => entries > 0;

    public override string ContentType => "application/json";

    /// <summary>A small answer has its count first; a streamed one cannot know it yet.</summary>
    public override byte[] Head => Streaming
        ? "{\"results\":["u8.ToArray()
        : Encoding.ASCII.GetBytes($"{{\"nr of entries\":{entries},\"results\":[");

    public override bool Add(in FoundLine line)
    {
        if (grouped && entries > 0 && line.Number == lastLine + 1)
        {
            Output.Append("\\n"u8);
        }
        else
        {
            if (entries == limit) return false; // only the next group tells that this one has ended
            if (entries++ > 0) Output.Append(grouped ? "\",\""u8 : ","u8);
            else if (grouped) Output.Append((byte)'"');
        }
        lastLine = line.Number;
        if (grouped) JsonText.Append(Output, line.Text);
        else JsonText.AppendQuoted(Output, line.Text);
        return grouped || entries != limit;
    }

    public override Reply? Partial()
    {
        lock (Gate) return Streaming || IsDisposed ? null : throw Refusals.OutOfTime();
    }

    public override bool TryRestart()
    {
        if (!base.TryRestart()) return false;
        entries = lastLine = 0;
        return true;
    }

    public override byte[] Tail(StopReason stop)
    {
        if (stop == StopReason.Timeout) throw Refusals.OutOfTime();
        if (Problems.Any(problem => problem.Text == Problem.LineTooLong)) throw Refusals.LineTooLong();
        if (stop == StopReason.Unreadable) throw Refusals.NoReadableDictionary(dictionary);
        var close = grouped && entries > 0 ? "\"" : "";
        return Encoding.ASCII.GetBytes(Streaming ? $"{close}],\"nr of entries\":{entries}}}" : $"{close}]}}");
    }
}
