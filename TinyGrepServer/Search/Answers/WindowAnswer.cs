// What matches in a window of one dictionary: which of its lines, and where, and the nearest match before and after it. The lines
// themselves are not written, because the caller has them; the search ends with the first match after the window.

using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class WindowAnswer(Question question) : Answer
{
    /// <summary>Matched parts that are told of one line, and of all: a line of 16 MiB can hold as many.</summary>
    const int MaxBounds = 1_000;
    const int MaxAllBounds = 20_000;

    readonly LineWindow window = question.Window!.Value;
    int written; // lines
    int bounds;
    long before;
    long? previous;
    long? next;

    public override bool FoundAny => previous is not null || next is not null || written > 0;

    public override string ContentType => "application/json";

    public override byte[] Head => [.. "{\"lines\":["u8];

    public override bool Add(in FoundLine line)
    {
        if (!line.Selected) return true;
        if (line.Number < window.From)
        {
            before++;
            previous = line.Number;
        }
        else if (line.Number < window.End)
        {
            Write(line);
        }
        else
        {
            next = line.Number;
        }
        return next is null;
    }

    public override bool TryRestart()
    {
        if (!base.TryRestart()) return false;
        (written, bounds, before, previous, next) = (0, 0, 0, null, null);
        return true;
    }

    public override byte[] Tail(StopReason stop)
    {
        if (stop == StopReason.Unreadable && Problems.All(problem => problem.Text == Problem.Unreadable))
            throw Refusals.Unreadable(question.Scope.Files[0].Name);
        return Summary(stop == StopReason.Limit ? StopReason.End : stop);
    }

    public override Reply? Partial()
    {
        lock (Gate) return Streaming || IsDisposed ? null : Compose(Summary(StopReason.Timeout));
    }

    void Write(in FoundLine line)
    {
        Output.Append(written++ == 0 ? "{\"line\":"u8 : ",{\"line\":"u8);
        Output.Append(line.Number);
        Output.Append(",\"bounds\":["u8);
        var length = Math.Min(line.Bounds.Length, 2 * Math.Max(1, Math.Min(MaxBounds, MaxAllBounds - bounds)));
        bounds += length / 2;
        JsonText.AppendBounds(Output, line.Text, line.Bounds[..length]);
        Output.Append("]}"u8);
    }

    byte[] Summary(StopReason reason) => Encoding.ASCII.GetBytes(string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"],\"before\":{before},\"previous\":{Json(previous)},\"next\":{Json(next)},\"stop_reason\":\"{NameOf(reason)}\"}}"));

    static string Json(long? line) => line?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null";

    static string NameOf(StopReason reason) => reason.ToString().ToLowerInvariant();
}
