// One question and all clients that follow it: new lines are read and judged once for all of them, by one task, whenever something in the
// folder has changed. A newcomer catches up alone, and joins the others at exactly the line they have reached.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

#pragma warning disable CA1001 // The semaphore and the source have no handles, as nobody asks for them.
internal sealed class Following
#pragma warning restore CA1001
{
    /// <summary>Proxies close what is silent for a minute.</summary>
    static readonly TimeSpan BetweenHeartbeats = TimeSpan.FromSeconds(15);

    readonly SearchQuery query;
    readonly long question;
    readonly DictionaryFolder folder;
    readonly LineJudge judge;
    readonly bool decodes;
    readonly TimeSpan timeout;
    readonly TimeProvider time;
    readonly Lock gate = new();
    readonly SemaphoreSlim changes = new(0, 1);
    readonly CancellationTokenSource stopping = new();
    readonly HashSet<Follower> present = [];
    readonly List<Follower> followers = []; // who has caught up
    readonly Queue<(Follower Follower, FollowedFiles Own)> joining = new();
    FollowedFiles? files;
    FolderSnapshot? all;
    FollowReading? reading;
    bool isRunning;

    /// <param name="timeout">How long the last matches may be looked for.</param>
    public Following(SearchQuery query, DictionaryFolder folder, LineJudge judge, bool decodes, TimeSpan timeout, TimeProvider time)
    {
        (this.query, this.folder, this.judge, this.decodes, this.timeout, this.time) = (query, folder, judge, decodes, timeout, time);
        question = FollowCursor.QuestionOf(query);
    }

    /// <summary>Something in the folder may have changed.</summary>
    public void Wake()
    {
        lock (gate)
        {
            if (changes.CurrentCount == 0) changes.Release();
        }
    }

    /// <summary>Says at once that the server stops, whatever is being read, and lets all go.</summary>
    public void Stop()
    {
        lock (gate)
        {
            _ = stopping.CancelAsync(); // none of what it ends runs here
            foreach (var follower in present) follower.SayBye();
        }
        Wake();
    }

    /// <summary>The files as a new follower finds them.</summary>
    /// <exception cref="ApiError">400: the pattern or the cursor. 404: no such dictionary. 503: the folder cannot be read now.</exception>
    public async Task<FollowedFiles> BeginAsync(string? cursor, string asker, CancellationToken cancellationToken)
    {
        await judge.CheckAsync(asker, cancellationToken);
        var from = cursor is null ? null : FollowCursor.Read(cursor, question);
        var seen = Now();
        var set = SearchScope.Of(query, await folder.SelectAsync(query.Dictionaries, cancellationToken)).Set;
        return from is null
            ? FollowedFiles.FromNow(set, question, seen)
            : FollowedFiles.From(from, set, await folder.LookAsync(cancellationToken), question, seen);
    }

    /// <summary>Catches up, and joins the others.</summary>
    /// <param name="own">Its files; they are its own no more.</param>
    /// <param name="last">How many matches from before it wants.</param>
    public async Task JoinAsync(Follower follower, FollowedFiles own, int last, CancellationToken cancellationToken)
    {
        try
        {
            await follower.TellAsync(FollowEvent.Heartbeat(own.Cursor()), cancellationToken);
            if (!Enter(follower))
            {
                own.Dispose();
                return;
            }
            if (last > 0) await TellLastAsync(follower, own, last, cancellationToken);
            await new FollowReading(own, judge, decodes)
                .ReadAsync(own.Known, static _ => long.MaxValue, told => follower.TellAsync(told, cancellationToken), cancellationToken);
            lock (gate)
            {
                stopping.Token.ThrowIfCancellationRequested();
                joining.Enqueue((follower, own));
                if (!isRunning) _ = Task.Run(RunAsync, CancellationToken.None);
                isRunning = true;
            }
            Wake();
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <summary>One follower leaves.</summary>
    public void Leave(Follower follower)
    {
        follower.LetGo();
        lock (gate) present.Remove(follower);
        Wake();
    }

    /// <returns>False where the server stops, and it has been told so.</returns>
    bool Enter(Follower follower)
    {
        lock (gate)
        {
            if (!stopping.IsCancellationRequested) return present.Add(follower);
            follower.SayBye();
            return false;
        }
    }

    async Task TellLastAsync(Follower follower, FollowedFiles own, int last, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(timeout);
        var cursor = own.Cursor();
        foreach (var json in await LastMatches.FindAsync(last, own.Set, own.EndOf, judge, decodes, late.Token))
            await follower.TellAsync(FollowEvent.Match(json, cursor), cancellationToken);
    }

    async Task RunAsync()
    {
        try
        {
            var beat = time.GetTimestamp();
            while (Continues())
            {
                var isTold = await changes.WaitAsync(BetweenHeartbeats);
                var newcomers = TakeNewcomers();
                foreach (var (_, own) in newcomers) files!.Borrow(own); // so that those who are here have it first
                var isRead = await ReadNewAsync();
                foreach (var (follower, own) in newcomers) await TakeInAsync(follower, own, isRead);
                if (isTold && time.GetElapsedTime(beat) < BetweenHeartbeats) continue;
                lock (gate) Tell(FollowEvent.Heartbeat(files!.Cursor()));
                beat = time.GetTimestamp();
            }
        }
#pragma warning disable CA1031 // Whatever went wrong, those who follow are told by the end of their answer.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            End(failed);
        }
    }

    /// <summary>Whether somebody follows, and may; else all is let go, until the next one comes.</summary>
    bool Continues()
    {
        lock (gate)
        {
            followers.RemoveAll(follower => follower.HasLeft);
            if (!stopping.IsCancellationRequested && followers.Count + joining.Count > 0) return true;
            EndReading();
            return false;
        }
    }

    /// <summary>Those who wait to join: what they have been told so far lies behind what is read next.</summary>
    List<(Follower Follower, FollowedFiles Own)> TakeNewcomers()
    {
        lock (gate)
        {
            List<(Follower, FollowedFiles)> newcomers = [.. joining];
            joining.Clear();
            if (files is not null || newcomers is not [var (first, own), ..]) return newcomers;
            (files, reading) = (own, new FollowReading(own, judge, decodes));
            followers.Add(first);
            return newcomers[1..];
        }
    }

    /// <returns>False where the folder cannot be read now.</returns>
    async Task<bool> ReadNewAsync()
    {
        if (files is null) return true;
        try
        {
            var seen = Now();
            var set = await folder.SelectAsync(query.Dictionaries, stopping.Token);
            var snapshot = all = await folder.LookAsync(stopping.Token);
            await reading!.ReadAsync(files.Refresh(set, () => snapshot, seen), static _ => long.MaxValue, Told, stopping.Token);
            return true;
        }
        catch (ApiError)
        {
            return false;
        }

        ValueTask Told(FollowEvent told)
        {
            lock (gate) Tell(told);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Tells a newcomer what the others have been told since it looked, and takes it in.</summary>
    async Task TakeInAsync(Follower follower, FollowedFiles own, bool canBeRead)
    {
        if (!canBeRead)
        {
            lock (gate) joining.Enqueue((follower, own)); // the next time
            return;
        }
        using (own)
        {
            var changed = own.Refresh(files!.Set, () => all ?? new FolderSnapshot([]), Now(), files);
            await new FollowReading(own, judge, decodes).ReadAsync(changed, files.EndOf, Told, stopping.Token);
            files.Adopt(own);
        }
        lock (gate) followers.Add(follower);

        ValueTask Told(FollowEvent told)
        {
            follower.Tell(told);
            return ValueTask.CompletedTask;
        }
    }

    void Tell(FollowEvent told)
    {
        foreach (var follower in followers) follower.Tell(told);
    }

    void End(Exception failed)
    {
        lock (gate)
        {
            foreach (var follower in followers) follower.LetGo(failed);
            foreach (var (follower, _) in joining) follower.LetGo(failed);
            followers.Clear();
            EndReading();
        }
    }

    void EndReading()
    {
        foreach (var (_, own) in joining) own.Dispose();
        joining.Clear();
        files?.Dispose();
        (files, reading, all, isRunning) = (null, null, null, false);
    }

    long Now() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
