// The first API's answer: a list of entries and their number. Without context an entry is one matching line; with context
// it is one group as grep prints it, its lines joined with newlines.

using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <param name="most">Entries wanted; null: all.</param>
/// <param name="grouped">Whether neighbouring lines make one entry.</param>
/// <param name="dictionary">The dictionary's name, for refusals.</param>
internal sealed class EntriesAnswer(long? most, bool grouped, string dictionary) : Answer
{
    long entries;
    long lastLine;

    protected override string ContentType => "application/json";

    /// <summary>A small answer has its count first; a streamed one cannot know it yet.</summary>
    protected override byte[] Head => Streaming
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
            if (entries == most) return false; // only the next group tells that this one has ended
            if (entries++ > 0) Output.Append(grouped ? "\",\""u8 : ","u8);
            else if (grouped) Output.Append((byte)'"');
        }
        lastLine = line.Number;
        if (grouped) JsonText.Append(Output, line.Text);
        else JsonText.AppendQuoted(Output, line.Text);
        return grouped || entries != most;
    }

    public override Reply? Partial() => throw TooLong();

    public override bool TryRestart()
    {
        if (!base.TryRestart()) return false;
        entries = lastLine = 0;
        return true;
    }

    protected override byte[] Tail(StopReason stop)
    {
        if (stop == StopReason.Timeout) throw TooLong();
        if (stop == StopReason.Unreadable) throw FirstApi.NoSuchDictionary(dictionary);
        var close = grouped && entries > 0 ? "\"" : "";
        return Encoding.ASCII.GetBytes(Streaming ? $"{close}],\"nr of entries\":{entries}}}" : $"{close}]}}");
    }

    static ApiError TooLong() => new(504, "The search took longer than it may. Narrow it, or ask for fewer results.");
}
