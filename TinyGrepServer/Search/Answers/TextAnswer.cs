// The command line's answer: dictionary:line:text, context with dashes, groups parted by --, as grep prints it.

using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class TextAnswer(Question question) : Answer
{
    readonly SearchQuery query = question.Query;
    readonly byte[][] names = [.. question.Scope.Files.Select(file => Encoding.UTF8.GetBytes(file.Name))];

    (int Dictionary, long Line) last = (-1, 0);
    int matches;
    long total;
    int trailing;
    bool any;
    bool more;

    public override bool FoundAny => any || total > 0;

    public override bool HasMore => more;

    public override string ContentType => "text/plain; charset=utf-8";

    public override byte[] Head => [];

    public override bool Add(in FoundLine line)
    {
        if (query.CountOnly)
        {
            total += line.Number;
            return true;
        }
        var follows = last == (line.Dictionary, line.Number - 1);
        var full = matches == query.Limit;
        if (full && line.Selected) more = true;
        if (full && (trailing <= 0 || !follows)) return !more; // only whether there is one more match is still wanted
        trailing = line.Selected && !full ? query.After : trailing - 1;
        if (query.HasContext && any && !follows) Output.Append("--\n"u8);
        if (line.Selected && !full) matches++;
        (any, last) = (true, (line.Dictionary, line.Number));
        var mark = line.Selected && !full ? (byte)':' : (byte)'-';
        Output.Append(names[line.Dictionary]);
        Output.Append(mark);
        Output.Append(line.Number);
        Output.Append(mark);
        Output.Append(line.Text);
        Output.Append((byte)'\n');
        return true;
    }

    public override bool TryRestart()
    {
        if (!base.TryRestart()) return false;
        (any, more, last, matches, total, trailing) = (false, false, (-1, 0), 0, 0, 0);
        return true;
    }

    public override byte[] Tail(StopReason stop) => query.CountOnly ? Encoding.ASCII.GetBytes($"{total}\n") : [];

    public override Reply? Partial() => null;
}
