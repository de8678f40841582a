// What is in the folder, in memory. Where the system reports changes, its reports are read before each question, so the next question
// sees the last write; a thread also reads them between questions, because the system's queue is short. Where it does not, the folder is
// walked for each question, once for all that wait. Names that can change without a report (links that lead out, files with several
// names, other mounts) are checked each time; a walk once a minute limits what else may be missed.

using System.Diagnostics.Metrics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed partial class Catalogue : IDisposable
{
    static readonly TimeSpan BetweenWalks = TimeSpan.FromMinutes(1);
    const int Breath = 10;       // milliseconds
    const int PublishAt = 1_000; // milliseconds without a change

    readonly string path;
    readonly Func<RootFolder, bool, Finder> newFinder;
    readonly Action<FolderSnapshot> changed;
    readonly ILogger log;
    readonly Counter<long> events;
    readonly Lock gate = new();
    readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously); // done once all has been listed
    bool mayWatch;
    volatile OpenFolder? open;
    volatile WatchedTree? tree;
    WatchedTree? last; // closed, and none has taken over yet what it knows of its files
    FolderNode walked = new("");
    volatile FolderSnapshot? snapshot;
    Task<FolderSnapshot>? walking;
    Task<FolderSnapshot>? nextWalk;
#pragma warning disable CA2213 // Its thread may still wait for it; it goes with them.
    readonly ManualResetEvent stop = new(initialState: false);
#pragma warning restore CA2213
    long drains; // how often what was told has been begun to be taken in
    volatile bool disposed;

    /// <summary>The folder, and what turns names in it into files.</summary>
    sealed record OpenFolder(RootFolder Root, Finder Finder);

    /// <param name="path">The folder.</param>
    /// <param name="mayWatch">Whether the system is asked to report changes.</param>
    /// <param name="newFinder">Makes what turns names into files, for an open folder that is watched or not.</param>
    /// <param name="changed">Called with each new state of the folder, within a second, and must return at once.</param>
    public Catalogue(
        string path,
        bool mayWatch,
        Func<RootFolder, bool, Finder> newFinder,
        Action<FolderSnapshot> changed,
        Meter meter,
        ILogger log)
    {
        (this.path, this.mayWatch, this.newFinder, this.changed, this.log) = (path, mayWatch, newFinder, changed, log);
        events = meter.CreateCounter<long>("tinygrep.folder.events", "{event}", "Changes in the folder that the system has reported.");
        events.Add(0); // there from the first scrape on
        meter.CreateObservableUpDownCounter(
            "tinygrep.folder.dictionaries", () => snapshot?.All.Count ?? 0, "{dictionary}", "Files in the folder, skipped ones included.");
        open = Open(isWatched: false);
        if (mayWatch) new Thread(Watch) { IsBackground = true, Name = "folder watch" }.Start();
        else first.SetResult();
    }

    /// <summary>Raised at once for each change that is noticed without a question; handlers must return at once.</summary>
    public event Action? Changed;

    /// <summary>Whether the system reports changes.</summary>
    public bool IsWatched => tree is not null;

    /// <summary>The folder as it is now: whatever was finished before this call is in it.</summary>
    /// <exception cref="ApiError">503: the folder has gone or has become unreadable.</exception>
    public ValueTask<FolderSnapshot> LookAsync(CancellationToken cancellationToken)
    {
        if (!first.Task.IsCompleted) return new ValueTask<FolderSnapshot>(LookLaterAsync(cancellationToken));
        var before = Volatile.Read(ref drains);
        lock (gate)
        {
            if (Drained(unlessAfter: before) is { } current)
                return new ValueTask<FolderSnapshot>(snapshot ??= Published(current.Flatten()));
            return new ValueTask<FolderSnapshot>(NextWalk().WaitAsync(cancellationToken));
        }
    }

    /// <summary>One name as it is now.</summary>
    /// <exception cref="ApiError">503: nothing can be opened now.</exception>
    public DictionaryFile? Find(string name)
    {
        if (first.Task.IsCompleted && tree is not null)
        {
            var before = Volatile.Read(ref drains);
            lock (gate)
            {
                if (Drained(unlessAfter: before)?.File(name) is { } known) return known;
            }
        }
        return FindUntold(name);
    }

    /// <summary>The first file in order of name that no rule leaves out, without waiting for all; null: there is none.</summary>
    /// <exception cref="ApiError">503: nothing can be opened now.</exception>
    public DictionaryFile? First() => open is { } current ? Looked(() => FolderWalk.First(current.Root, current.Finder)) : null;

    public void Dispose()
    {
        disposed = true;
        stop.Set();
        lock (gate) tree?.Dispose();
    }

    async Task<FolderSnapshot> LookLaterAsync(CancellationToken cancellationToken)
    {
        await first.Task.WaitAsync(cancellationToken);
        return await LookAsync(cancellationToken);
    }

    OpenFolder? Open(bool isWatched) =>
        RootFolder.TryOpen(path) is { } root ? new OpenFolder(root, newFinder(root, isWatched)) : null;

    /// <summary>The thread that lists everything, and then reads reported changes between questions.</summary>
    void Watch()
    {
        lock (gate)
        {
            Restart();
            if (tree is { } opened) snapshot = Published(opened.Flatten());
        }
        first.SetResult();
        var walkAt = Environment.TickCount64 + (long)BetweenWalks.TotalMilliseconds;
        while (!disposed && mayWatch)
        {
            var rest = snapshot is null ? PublishAt : walkAt - Environment.TickCount64;
            var isTold = tree?.Poll(TimeSpan.FromMilliseconds(Math.Max(0, rest))) ?? true;
            if (disposed) return;
            lock (gate)
            {
                if (Drained() is { } current && !isTold) snapshot ??= Published(current.Flatten());
            }
            if (isTold) stop.WaitOne(tree is null ? PublishAt : Breath); // what comes in a burst is taken in one go
            if (Environment.TickCount64 < walkAt) continue;
            WalkAnew();
            walkAt = Environment.TickCount64 + (long)BetweenWalks.TotalMilliseconds;
        }
    }

    /// <summary>The tree with all changes reported so far; null if the folder is not watched.</summary>
    /// <param name="unlessAfter">Does nothing if this has been begun more often by now: another question has done it.</param>
    WatchedTree? Drained(long unlessAfter = long.MaxValue)
    {
        if (!mayWatch || disposed) return null;
        if (drains > unlessAfter && tree is not null) return tree;
        Volatile.Write(ref drains, drains + 1);
        if (tree is { } known && known.Root.IsInPlace() && known.Drain(out var told, out var hasChanged))
        {
            events.Add(told);
            if (hasChanged) Forget();
            return known;
        }
        Restart();
        Changed?.Invoke();
        return tree;
    }

    /// <summary>What is known is not what is there any more.</summary>
    void Forget()
    {
        snapshot = null;
        Changed?.Invoke();
    }

    /// <summary>
    /// Opens and lists everything again: at the start, after more changes than the system could queue, if the folder was replaced, and if
    /// a reported change could not be checked. If it cannot be listed now, the next look tries again.
    /// </summary>
    void Restart()
    {
        tree?.Dispose();
        last = tree ?? last;
        (tree, snapshot, open) = (null, null, null);
        var started = Environment.TickCount64;
        try
        {
            open = Open(isWatched: true);
            if (open is null) return;
            tree = WatchedTree.Open(
                open.Root,
                open.Finder,
                last,
                files => LogLooking(log, files, (Environment.TickCount64 - started) / 1000),
                out var whyNot);
            if (tree is null) GiveUp(whyNot!);
            last = null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            open = null;
        }
    }

    void GiveUp(string reason)
    {
        mayWatch = false;
        open = Open(isWatched: false);
        LogUnwatched(log, reason);
    }

    /// <summary>A walk that has not begun yet: its result is valid for every question that comes before it begins.</summary>
    Task<FolderSnapshot> NextWalk()
    {
        if (nextWalk is not null) return nextWalk;
        if (walking is null || walking.IsCompleted) return walking = Task.Run(Walk);
        return nextWalk = WalkAfterAsync(walking);
    }

    async Task<FolderSnapshot> WalkAfterAsync(Task running)
    {
        await running.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        lock (gate) (walking, nextWalk) = (nextWalk, null);
        return Walk();
    }

    FolderSnapshot Walk()
    {
        try
        {
            if (open is not { } current || !current.Root.IsInPlace()) current = open = Open(isWatched: false);
            if (current is null) throw CannotBeRead();
            walked = new FolderWalk(current.Root, current.Finder, null, 0).Run("", walked);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw CannotBeRead();
        }
        var all = walked.Flatten();
        if (snapshot is { } known && known.IsSameAs(all)) return known;
        return snapshot = Published(all);
    }

    FolderSnapshot Published(IReadOnlyList<ListedFile> all)
    {
        FolderSnapshot made = new(all);
        changed(made);
        return made;
    }

    /// <summary>Finds changes that were not reported: writes through a memory map, and through a name outside the folder.</summary>
    void WalkAnew()
    {
        if (open is not { } current || tree is null) return;
        try
        {
            var now = new FolderWalk(current.Root, current.Finder, null, 0).Run("", null).Flatten();
            lock (gate)
            {
                if (Drained() is not { } known) return;
                if (!known.LookAtDifferences(now, out var hasChanged)) Restart();
                else if (hasChanged) Forget();
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // The next question finds out and says so.
        }
    }

    DictionaryFile? FindUntold(string name) => Looked(() =>
    {
        if (open is not { } current || !current.Root.IsInPlace()) current = open = Open(isWatched: false);
        return current?.Finder.Look(name, null, 0, current.Finder.Closed()).File;
    });

    /// <summary>What a look finds; 503 where nothing can be opened now.</summary>
    static DictionaryFile? Looked(Func<DictionaryFile?> look)
    {
        try
        {
            return look();
        }
        catch (NoDescriptorException)
        {
            throw CannotBeRead();
        }
    }

    static ApiError CannotBeRead() =>
        ApiError.Unavailable("The folder of dictionaries cannot be read at the moment.", retryAfterSeconds: 10);

    [LoggerMessage(80, LogLevel.Information, "Looking at the folder: {Files} files, {Seconds} s so far")]
    static partial void LogLooking(ILogger log, int files, long seconds);

    [LoggerMessage(81, LogLevel.Warning, "The folder is not watched ({Reason}); each question walks it")]
    static partial void LogUnwatched(ILogger log, string reason);
}
