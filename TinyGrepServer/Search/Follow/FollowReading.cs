// Reads what is new in followed files, has grep judge it, and reports each match in order: files as given, lines as they are in the file.
// A position advances only once its lines have been judged, and each event carries the position after it.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class FollowReading(FollowedFiles files, LineJudge judge, bool decodes)
{
    /// <summary>Bytes of lines that one grep gets, where no line alone is longer.</summary>
    const int BatchBytes = 256 << 10;

    static readonly TimeSpan BeforeNextTry = TimeSpan.FromSeconds(1);

    /// <summary>Reads all that is new.</summary>
    /// <param name="changed">The files in which there may be something, in order.</param>
    /// <param name="endOf">Where to stop in a file.</param>
    /// <param name="tell">Takes each event.</param>
    public async Task ReadAsync(
        IReadOnlyList<FollowedFile> changed,
        Func<FollowedFile, long> endOf,
        Func<FollowEvent, ValueTask> tell,
        CancellationToken cancellationToken)
    {
        await TellAsync(files.TakeNotes(), tell);
        List<FollowedFile> left = [.. changed.Where(file => file.IsOpen)];
        while (left.Count > 0)
        {
            using var lines = new NewLines(decodes);
            List<(FollowNote, string)> notes = [];
            for (var at = 0; at < left.Count && lines.Length < BatchBytes;)
            {
                if (Read(left[at], lines, endOf, notes)) at++;
                else left.RemoveAt(at);
            }
            await TellAsync(notes, tell);
            if (lines.Count > 0) await JudgeAsync(lines, tell, cancellationToken);
        }
        files.CloseOldest();
    }

    /// <summary>Reads some of a file; false: there is nothing more in it for now.</summary>
    bool Read(FollowedFile file, NewLines lines, Func<FollowedFile, long> endOf, List<(FollowNote, string)> notes)
    {
        try
        {
            if (!file.IsWhatItWas())
            {
                file.GoOnAtBeginning();
                notes.Add((FollowNote.Rotated, file.Name));
            }
            var (count, position) = (lines.Count, file.Position);
            if (file.Read(lines, BatchBytes - lines.Length, endOf(file), decodes)) return lines.Count > count;
            notes.Add((FollowNote.LineTooLong, file.Name));
            return file.Position > position;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false; // the next look tells what has become of it
        }
    }

    async Task JudgeAsync(NewLines lines, Func<FollowEvent, ValueTask> tell, CancellationToken cancellationToken)
    {
        var found = new MatchesFound(lines);
        List<(FollowNote Kind, int Piece)> notes = [];
        await JudgeAsync(lines, 0, lines.Count, found, notes, cancellationToken);
        notes.AddRange(found.Problems.Select(problem => (FollowNote.LineTooLong, problem.Dictionary)));
        var passed = 0;
        foreach (var (line, json) in found.All)
        {
            passed = Pass(lines, passed, line);
            await tell(FollowEvent.Match(json, files.Cursor()));
        }
        Pass(lines, passed, lines.Count - 1);
        foreach (var piece in lines.Pieces) _ = piece.File.Place; // by which a change of what was passed is told
        await TellAsync([.. notes.Select(note => (note.Kind, lines.Pieces[note.Piece].File.Name)).Distinct()], tell);
    }

    /// <summary>Where grep gives up on one line, the others are judged without it; where its time is up, no more of them are.</summary>
    async Task JudgeAsync(
        NewLines lines,
        int first,
        int count,
        MatchesFound found,
        List<(FollowNote Kind, int Piece)> notes,
        CancellationToken cancellationToken)
    {
        var before = found.All.Count;
        var judgement = await JudgeInTurnAsync(lines, first, count, found, cancellationToken);
        if (judgement == Judgement.Whole) return;
        if (judgement == Judgement.OutOfTime)
        {
            for (var piece = lines.PieceOf(first); piece <= lines.PieceOf(first + count - 1); piece++)
                notes.Add((FollowNote.OutOfTime, piece));
            return;
        }
        found.All.RemoveRange(before, found.All.Count - before);
        if (count == 1)
        {
            notes.Add((FollowNote.NotJudged, lines.PieceOf(first)));
            return;
        }
        await JudgeAsync(lines, first, count / 2, found, notes, cancellationToken);
        await JudgeAsync(lines, first + count / 2, count - count / 2, found, notes, cancellationToken);
    }

    async Task<Judgement> JudgeInTurnAsync(NewLines lines, int first, int count, MatchesFound found, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await judge.JudgeAsync(lines, first, count, found, cancellationToken);
            }
            catch (ApiError busy) when (busy.Status == 503)
            {
                await Task.Delay(BeforeNextTry, cancellationToken);
            }
        }
    }

    /// <summary>Passes the lines up to one, each in its file; returns the next.</summary>
    static int Pass(NewLines lines, int from, int upTo)
    {
        while (from <= upTo)
        {
            var piece = lines.PieceOf(from);
            var end = piece + 1 < lines.Pieces.Count ? lines.Pieces[piece + 1].First : lines.Count;
            var last = Math.Min(upTo, end - 1);
            lines.Pieces[piece].File.Pass(lines.EndOf(last), last - from + 1);
            from = last + 1;
        }
        return from;
    }

    async ValueTask TellAsync(IReadOnlyList<(FollowNote Kind, string Name)> notes, Func<FollowEvent, ValueTask> tell)
    {
        if (notes.Count == 0) return;
        var cursor = files.Cursor();
        List<string> gaps = [.. notes.Where(note => note.Kind == FollowNote.Gap).Select(note => note.Name)];
        if (gaps.Count > 0) await tell(FollowEvent.Gap(gaps, cursor));
        foreach (var (kind, name) in notes)
        {
            var told = kind switch
            {
                FollowNote.Rotated => FollowEvent.Rotated(name, cursor),
                FollowNote.Gone => FollowEvent.Gap([], cursor),
                FollowNote.NotPlain => FollowEvent.Trouble(name, "it is not followed: only plain text can be", cursor),
                FollowNote.LineTooLong => FollowEvent.Trouble(name, Problem.LineTooLong, cursor),
                FollowNote.NotJudged => FollowEvent.Trouble(name, "grep gave up on a line", cursor),
                FollowNote.OutOfTime => FollowEvent.Trouble(name, "the time was up before all new lines were judged", cursor),
                _ => null,
            };
            if (told is not null) await tell(told);
        }
    }
}
