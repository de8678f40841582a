// What is missing from an answer of the full API: how many dictionaries the rules skipped, and which could not be read.

namespace TinyGrepServer.Search;

internal static class LeftOut
{
    const int MaxProblems = 20;

    /// <summary>Writes a comma and the members <c>skipped</c> and <c>problems</c>.</summary>
    public static void Write(PooledBuffer output, SearchScope scope, IReadOnlyList<Problem> problems)
    {
        output.Append(",\"skipped\":{"u8);
        for (var at = 0; at < scope.Skipped.Count; at++)
        {
            if (at > 0) output.Append((byte)',');
            output.Append(SearchJson.Quoted(scope.Skipped[at].Key));
            output.Append((byte)':');
            output.Append((long)scope.Skipped[at].Value);
        }
        output.Append("},\"problems\":["u8);
        var isFirst = true;
        foreach (var (name, text) in Of(scope, problems).Take(MaxProblems))
        {
            output.Append(isFirst ? "{\"dictionary\":"u8 : ",{\"dictionary\":"u8);
            isFirst = false;
            output.Append(SearchJson.Quoted(name));
            output.Append(",\"problem\":"u8);
            output.Append(SearchJson.Quoted(text));
            output.Append((byte)'}');
        }
        output.Append((byte)']');
    }

    /// <summary>What was not read to its end, and why: what could not be opened to begin with, then what the search has met.</summary>
    public static IEnumerable<(string Name, string Text)> Of(SearchScope scope, IReadOnlyList<Problem> problems) =>
    [
        .. scope.Unreadable.Select(name => (name, Problem.Unreadable)),
        .. problems.Select(problem => (scope.Files[problem.Dictionary].Name, problem.Text)),
    ];
}
