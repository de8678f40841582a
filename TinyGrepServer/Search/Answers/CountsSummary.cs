// The counts of a count_only search: their sum, and those of the first dictionaries that have any. The list is written as it comes;
// nothing is held for a dictionary without a match.

namespace TinyGrepServer.Search;

internal sealed class CountsSummary(Question question) : IDisposable
{
    readonly PooledBuffer list = new(256);
    int listed;

    /// <summary>The matches of all dictionaries.</summary>
    public long Total { get; private set; }

    public void Add(int dictionary, long count)
    {
        Total += count;
        if (count == 0 || listed == question.Query.Limit) return;
        list.Append(listed++ == 0 ? "{\"dictionary\":"u8 : ",{\"dictionary\":"u8);
        list.Append(SearchJson.Quoted(question.Scope.Files[dictionary].Name));
        list.Append(",\"count\":"u8);
        list.Append(count);
        list.Append((byte)'}');
    }

    /// <summary>Writes the member <c>dictionaries</c> and a comma.</summary>
    public void WriteList(PooledBuffer output)
    {
        output.Append("\"dictionaries\":["u8);
        output.Append(list.Written.Span);
        output.Append("],"u8);
    }

    public void Clear()
    {
        list.Clear();
        (Total, listed) = (0, 0);
    }

    public void Dispose() => list.Dispose();
}
