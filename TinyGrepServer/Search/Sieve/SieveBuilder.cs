// Fills the sieve in the background, with up to two threads that leave the machine to questions. It is told the files as they are now,
// again and again; it reads those that lack facts, and takes the blocks of those that have gone out of the sieve. Nothing waits for it:
// a file that it has not read yet is searched whole.

using System.Diagnostics.Metrics;

namespace TinyGrepServer.Search;

internal sealed class SieveBuilder : IDisposable
{
    const int MaxThreads = 2;
    const int PlanShare = 20; // of the time at most

    static readonly TimeSpan BetweenPlans = TimeSpan.FromMilliseconds(100);

    readonly object gate = new();
    readonly Sieve sieve;
    readonly TimeProvider time;
    readonly SieveBacklog backlog;
    readonly SieveProgress progress;
#pragma warning disable CA2213 // Its threads may still ask it; it has no timer and no handle.
    readonly CancellationTokenSource stop = new();
#pragma warning restore CA2213
    readonly ITimer timer;

    /// <summary>The facts whose blocks are in the sieve.</summary>
    readonly HashSet<FileFacts> held = new(ReferenceEqualityComparer.Instance);

    IReadOnlyList<DictionaryFile> files = [];
    bool isStale;
    DateTimeOffset nextPlan;
    int threads;

    public SieveBuilder(Sieve sieve, Meter meter, ILogger log, TimeProvider time)
    {
        (this.sieve, this.time) = (sieve, time);
        backlog = new SieveBacklog(time);
        progress = new SieveProgress(log, time);
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
            lock (gate) return isStale ? files.Count(file => file.Facts is null) : backlog.Count;
        }
    }

    /// <summary>Says which files there are now; returns at once.</summary>
    public void Refresh(FolderSnapshot snapshot)
    {
        List<DictionaryFile> now =
            [.. snapshot.All.Where(listed => listed is { File: not null, IsSkippedByName: false }).Select(listed => listed.File!)];
        if (sieve.MaxBytes == 0) return;
        lock (gate)
        {
            (files, isStale) = (now, true);
            for (; threads < Math.Min(MaxThreads, Environment.ProcessorCount); threads++) BackgroundThread.Start("sieve", Work);
            Monitor.PulseAll(gate);
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        Wake();
        timer.Dispose();
    }

    void Wake()
    {
        lock (gate) Monitor.PulseAll(gate);
    }

    void Work()
    {
        var reading = new FileReading(sieve);
        while (Next() is { } file)
        {
            var began = time.GetTimestamp();
            var facts = reading.Read(file, stop.Token);
            file.Facts = facts;
            Finish(file, facts, time.GetElapsedTime(began));
        }
    }

    /// <summary>Waits for a file to read; null: the builder was stopped.</summary>
    DictionaryFile? Next()
    {
        lock (gate)
        {
            while (!stop.IsCancellationRequested)
            {
                var now = time.GetUtcNow();
                if ((isStale && now >= nextPlan) || (backlog.IsIdle && backlog.NextDue <= now)) Plan(now);
                if (backlog.Next() is { } file)
                {
                    progress.Begin();
                    return file;
                }
                if ((isStale ? nextPlan : backlog.NextDue) is { } due && due > now) timer.Change(due - now, Timeout.InfiniteTimeSpan);
                Monitor.Wait(gate);
            }
            return null;
        }
    }

    void Plan(DateTimeOffset now)
    {
        var began = time.GetTimestamp();
        TakeOutWhatHasGone();
        backlog.Plan(files);
        if (sieve.IsFull) backlog.Clear();
        else if (!backlog.IsIdle) Monitor.PulseAll(gate);
        isStale = false;
        var rest = time.GetElapsedTime(began) * PlanShare;
        nextPlan = now + (rest > BetweenPlans ? rest : BetweenPlans);
    }

    void TakeOutWhatHasGone()
    {
        HashSet<FileFacts> current = new(held.Count, ReferenceEqualityComparer.Instance);
        foreach (var file in files)
        {
            if (file.Facts is { } facts) current.Add(facts);
        }
        foreach (var facts in held)
        {
            if (current.Contains(facts)) continue;
            facts.IsWithdrawn = true; // first: a question that still sees them must not believe the slots
            sieve.Remove(facts.Blocks.Select(block => block.Slot));
        }
        held.IntersectWith(current);
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
            if (backlog.IsIdle) progress.End(sieve.Bytes);
        }
    }
}
