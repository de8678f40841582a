// The command line's answer: dictionary:line:text, context with dashes, groups separated by --, as grep prints it; or only the
// dictionaries that have a match, by name or with their counts.

using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class TextAnswer(Question question) : Answer
{
    readonly SearchQuery query = question.Query;
    readonly IReadOnlyList<DictionaryFile> files = question.Scope.Files;
    (int Dictionary, byte[] Bytes) name = (-1, []);
    (int Dictionary, long Line) last = (-1, 0);
    int matches;
    int inDictionary; // matches of the last one
    long total;
    int trailing;
    bool any;
    bool more;

    public override bool FoundAny => any || total > 0;

    public override bool HasMore => more;

    public override string ContentType => "text/plain; charset=utf-8";

    public override byte[] Head => [];

    public override bool Add(in FoundLine line) => question.Form switch
    {
        _ when query.CountOnly => AddCount(line),
        AnswerForm.Names => !line.Selected || last.Dictionary == line.Dictionary || AddName(line),
        _ => AddLine(line),
    };

    bool AddCount(in FoundLine line)
    {
        total += line.Number;
        if (question.Form != AnswerForm.Counts || line.Number == 0) return true;
        if (!AddName(line, ':')) return false;
        Output.Append(line.Number);
        Output.Append((byte)'\n');
        return true;
    }

    /// <summary>One line a dictionary, as many as the limit allows.</summary>
    bool AddName(in FoundLine line, char end = '\n')
    {
        more = matches == query.Limit;
        if (more) return false;
        matches++;
        (any, last) = (true, (line.Dictionary, line.Number));
        Output.Append(Name(line.Dictionary));
        Output.Append((byte)end);
        return true;
    }

    bool AddLine(in FoundLine line)
    {
        var follows = last == (line.Dictionary, line.Number - 1);
        if (last.Dictionary != line.Dictionary) inDictionary = 0;
        var leftOut = inDictionary == query.MaxPerDictionary;
        var full = matches == query.Limit || leftOut;
        if (full && line.Selected && !leftOut) more = true;
        if (full && (trailing <= 0 || !follows)) return !more; // only whether there is one more match is still wanted
        var isMatch = line.Selected && !full;
        trailing = isMatch ? query.After : trailing - 1;
        if (query.HasContext && any && !follows) Output.Append("--\n"u8);
        if (isMatch) (matches, inDictionary) = (matches + 1, inDictionary + 1);
        (any, last) = (true, (line.Dictionary, line.Number));
        var mark = isMatch ? (byte)':' : (byte)'-';
        Output.Append(Name(line.Dictionary));
        Output.Append(mark);
        Output.Append(line.Number);
        Output.Append(mark);
        Output.Append(line.Text);
        Output.Append((byte)'\n');
        return true;
    }

    byte[] Name(int dictionary)
    {
        if (name.Dictionary != dictionary) name = (dictionary, Encoding.UTF8.GetBytes(files[dictionary].Name));
        return name.Bytes;
    }

    public override bool TryRestart()
    {
        if (!base.TryRestart()) return false;
        (any, more, last, matches, inDictionary, total, trailing) = (false, false, (-1, 0), 0, 0, 0, 0);
        return true;
    }

    public override byte[] Tail(StopReason stop) =>
        question.Form == AnswerForm.Text && query.CountOnly ? Encoding.ASCII.GetBytes($"{total}\n") : [];

    public override Reply? Partial() => null;
}
