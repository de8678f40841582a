// The last matches from before a follower came: files are searched from the most recently changed one, each backwards from its end, until
// there are enough or the time is up.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal static class LastMatches
{
    const int FirstWindow = 256 << 10;
    const int MaxWindow = 8 << 20;
    const int Growth = 4;

    /// <summary>Finds the last matches, the oldest of them first.</summary>
    /// <param name="max">How many.</param>
    /// <param name="set">The files.</param>
    /// <param name="endOf">Up to where each is read.</param>
    /// <param name="cancellationToken">Cancelled when the time is up.</param>
    /// <exception cref="ApiError">503: there is no room for a grep.</exception>
    public static async Task<IReadOnlyList<byte[]>> FindAsync(
        int max, FileSet set, Func<FollowedFile, long> endOf, LineJudge judge, bool decodes, CancellationToken cancellationToken)
    {
        LinkedList<byte[]> found = [];
        foreach (var file in set.ByTime)
        {
            if (found.Count == max || cancellationToken.IsCancellationRequested) break;
            using var followed = new FollowedFile(file.Version.Identity, file.Name);
            if (!followed.Open(file)) continue;
            var window = (long)FirstWindow;
            for (var end = Math.Min(endOf(followed), file.Version.Length); end > 0 && found.Count < max;)
            {
                if (!followed.GoOnBehindLines(Math.Max(0, end - window))) break;
                using var lines = new NewLines(decodes);
                var from = followed.Position;
                _ = followed.Read(lines, (int)(end - from), end, decodes); // a line that is too long is passed over
                if (lines.Count > 0)
                {
                    var matches = await JudgeAsync(judge, lines, cancellationToken);
                    for (var at = matches.Count - 1; at >= 0 && found.Count < max; at--) found.AddFirst(matches[at].Json);
                }
                end = from;
                window = Math.Min(window * Growth, MaxWindow);
            }
        }
        return [.. found];
    }

    static async Task<List<(int Line, byte[] Json)>> JudgeAsync(LineJudge judge, NewLines lines, CancellationToken cancellationToken)
    {
        var matches = new MatchesFound(lines);
        try
        {
            await judge.JudgeAsync(lines, 0, lines.Count, matches, cancellationToken);
            return matches.All;
        }
        catch (OperationCanceledException)
        {
            return []; // the time is up: what was found nearer to the end is told
        }
    }
}
