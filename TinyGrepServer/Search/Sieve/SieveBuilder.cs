// Fills the sieve in the background, with up to two threads of low priority. It gets the current list of files again and again; it reads
// those without facts, and removes the blocks of those that are gone. Nothing waits for it: a file that it has not read yet is searched
// whole.

using System.Diagnostics.Metrics;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal sealed class SieveBuilder : IDisposable
{
    const int MaxThreads = 2;
    const int PlanShare = 20; // of the time at most

    static readonly TimeSpan BetweenPlans = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan BeforeNextTry = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    readonly Sieve sieve;
    readonly TimeProvider time;
    readonly Func<SafeFileHandle, TextForm, TextSource> open;
    readonly SieveBacklog backlog;
    readonly SieveProgress progress;
    readonly CancellationTokenSource stop = new();
    readonly CancellationToken stopped; // outlives its source
    readonly ITimer timer;

    /// <summary>The facts whose blocks are in the sieve.</summary>
    readonly HashSet<FileFacts> held = new(ReferenceEqualityComparer.Instance);

    IReadOnlyList<DictionaryFile> files = [];
    bool isNew; // the files are to be planned for
    long planned;
    TimeSpan rest;
    int threads;

    /// <param name="open">How the text of an open file is read; null: with its carriage returns.</param>
    public SieveBuilder(
        Sieve sieve, Meter meter, ILogger log, TimeProvider time, Func<SafeFileHandle, TextForm, TextSource>? open = null)
    {
        this.open = open ?? (static (handle, form) => TextSources.Open(handle, form, keepReturns: true));
        (this.sieve, this.time) = (sieve, time);
        backlog = new SieveBacklog(time);
        progress = new SieveProgress(log, time);
        stopped = stop.Token;
        timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        meter.CreateObservableUpDownCounter("tinygrep.index", () => sieve.Bytes, "By", "Bytes of the sieve.");
        meter.CreateObservableUpDownCounter(
            "tinygrep.index.waiting", () => Waiting, "{file}", "Files that were not read into the sieve yet.");
    }

    /// <summary>The files that lack facts.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return isNew ? files.Count(file => file.Facts is null) : backlog.Count;
        }
    }

    /// <summary>Says which files there are now; returns at once.</summary>
    public void Refresh(IReadOnlyList<DictionaryFile> now)
    {
        if (sieve.MaxBytes == 0) return;
        lock (gate)
        {
            (files, isNew) = (now, true);
            Continue();
        }
    }

    public void Dispose()
    {
        lock (gate) stop.Cancel();
        timer.Dispose();
        stop.Dispose();
    }

    void Wake()
    {
        lock (gate) Continue();
    }

    /// <summary>Starts a thread if there is none and it is time for one, or sees to it that it is started then.</summary>
    void Continue()
    {
        if (threads > 0 || stopped.IsCancellationRequested || UntilPlan() is not { } wait) return;
        if (wait <= TimeSpan.Zero)
        {
            if (TryStartThread()) return;
            wait = BeforeNextTry;
        }
        timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    bool TryStartThread()
    {
        if (!BackgroundThread.TryStart("sieve", Work)) return false;
        threads++; // before it looks: it waits for the gate
        return true;
    }

    void Work()
    {
        var reading = new FileReading(sieve, open);
        while (Next() is { } file)
        {
            var began = time.GetTimestamp();
            var facts = reading.Read(file, stopped);
            file.Facts = facts;
            Finish(file, facts, time.GetElapsedTime(began));
        }
    }

    /// <summary>The next file to read; null: there is none for now, and the thread ends.</summary>
    DictionaryFile? Next()
    {
        lock (gate)
        {
            if (!stopped.IsCancellationRequested)
            {
                if (UntilPlan() is { Ticks: <= 0 }) Plan();
                if (backlog.Next() is { } file)
                {
                    progress.Begin();
                    return file;
                }
            }
            threads--;
            Continue();
            return null;
        }
    }

    /// <summary>How long to wait before the next plan; null: there is nothing to plan.</summary>
    TimeSpan? UntilPlan()
    {
        if (isNew) return rest - time.GetElapsedTime(planned);
        return backlog.IsIdle ? backlog.NextDue - time.GetUtcNow() : null;
    }

    void Plan()
    {
        var began = time.GetTimestamp();
        TakeOutWhatHasGone();
        backlog.Plan(files);
        if (sieve.IsFull) backlog.Clear();
        isNew = false;
        planned = time.GetTimestamp();
        var taken = time.GetElapsedTime(began, planned) * PlanShare;
        rest = taken > BetweenPlans ? taken : BetweenPlans;
        var max = Math.Min(Math.Min(MaxThreads, Environment.ProcessorCount), backlog.Ready);
        while (threads < max)
        {
            if (!TryStartThread()) break;
        }
    }

    void TakeOutWhatHasGone()
    {
        HashSet<FileFacts> current = new(held.Count, ReferenceEqualityComparer.Instance);
        foreach (var file in files)
        {
            if (file.Facts is { } facts) current.Add(facts);
        }
        List<FileFacts> gone = [.. held.Where(facts => !current.Contains(facts))];
        if (gone.Count == 0) return;
        gone.ForEach(facts => facts.IsWithdrawn = true); // whoever sees them from now on does not believe the slots,
        sieve.EndEpoch();                                // nor a list that has them: now they can go
        foreach (var facts in gone)
        {
            sieve.Remove(facts.Blocks.Select(block => block.Slot));
            held.Remove(facts);
        }
    }

    void Finish(DictionaryFile file, FileFacts? facts, TimeSpan taken)
    {
        lock (gate)
        {
            if (facts is not null) held.Add(facts);
            backlog.Finish(file, taken);
            if (sieve.IsFull && !backlog.IsIdle)
            {
                progress.Full(backlog.Count, sieve.Bytes);
                backlog.Clear();
            }
            progress.Add(facts?.Length ?? 0, backlog.Count);
            if (!backlog.IsIdle) return;
            progress.End(sieve.Bytes);
            sieve.EndEpoch(); // lists that are made now have what was read
        }
    }
}
