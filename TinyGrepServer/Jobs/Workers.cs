// Runs jobs. One loop talks to the database; the configured number of workers runs what it has claimed. In one commit the loop records
// what has ended and claims what comes next, so short jobs share commits: while jobs are short it claims more and more at once, up to
// 256; jobs that no worker has begun within a second are released for other servers.

using System.Collections.Concurrent;
using System.Threading.Channels;
using TinyGrepServer.Server;

namespace TinyGrepServer.Jobs;

internal sealed partial class Workers(
    JobSettings settings, IReadOnlyDictionary<string, JobKind> kinds, JobQueue queue, JobRunner runner, ILogger log, TimeProvider time)
    : IAsyncDisposable
{
    const int MaxBatch = 256;
    const int RenewalsPerLease = 3;
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan MaxPurgePause = TimeSpan.FromMinutes(1);

    readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    readonly Channel<HeldJob> ready = Channel.CreateUnbounded<HeldJob>();
    readonly ConcurrentQueue<(HeldJob Job, Ending? Ending, TimeSpan Duration)> ended = new();
    readonly ConcurrentDictionary<string, HeldJob> held = new();
    readonly List<Ending> unsettled = [];
    Task running = Task.CompletedTask;
    ITimer? ticks;
    int batch = settings.Workers;
    int woken;
    long lastTick;
    long lastPurge;
    bool mayBeMore;
    volatile bool stopping;
    volatile bool abandoned;

    public void Start()
    {
        if (settings.Workers == 0) return;
        running = Task.WhenAll(Enumerable.Range(0, settings.Workers).Select(_ => Task.Run(WorkAsync)).Append(Task.Run(LoopAsync)));
        ticks = time.CreateTimer(_ => Signal(), null, TimeSpan.Zero, Poll);
    }

    /// <summary>A job has come that may be due.</summary>
    public void Wake()
    {
        Volatile.Write(ref woken, 1);
        Signal();
    }

    /// <summary>Cancels a job if it runs here, without waiting for the loop to see the mark.</summary>
    public void Cancel(string id)
    {
        if (held.TryGetValue(id, out var job)) job.Cancel(CancelReason.Unwanted);
    }

    /// <summary>Claims no more, cancels what runs and hands it back.</summary>
    /// <returns>False where that took longer than <paramref name="limit"/>: what is left is taken over when its lease is over.</returns>
    public async Task<bool> StopAsync(TimeSpan limit)
    {
        stopping = true;
        Signal();
        try
        {
            await running.WaitAsync(limit, time);
            return true;
        }
        catch (TimeoutException)
        {
            abandoned = true;
            LogLeft(log, held.Count);
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        abandoned = true;
        await StopAsync(Poll);
        if (ticks is not null) await ticks.DisposeAsync();
    }

    void Signal() => signal.Writer.TryWrite(true);

    async Task WorkAsync()
    {
        await foreach (var job in ready.Reader.ReadAllAsync())
        {
            if (!job.TryBegin()) continue;
            var started = time.GetTimestamp();
            var ending = await runner.RunAsync(kinds[job.Job.Kind], job);
            ended.Enqueue((job, ending, time.GetElapsedTime(started)));
            Signal();
        }
    }

    async Task LoopAsync()
    {
        await foreach (var _ in signal.Reader.ReadAllAsync())
        {
            try
            {
                await TurnAsync();
            }
            catch (ApiError)
            {
                await Task.Delay(Poll, time); // the database is busy or lost, and says so itself
            }
#pragma warning disable CA1031 // The worker's catch-all: jobs go on with the next turn.
            catch (Exception failed)
#pragma warning restore CA1031
            {
                LogFailed(log, failed);
                await Task.Delay(Poll, time);
            }
            if (abandoned || (stopping && held.IsEmpty && unsettled.Count == 0)) break;
            if (stopping) Signal(); // until all is handed back
        }
        ready.Writer.TryComplete();
    }

    async Task TurnAsync()
    {
        var isTick = lastTick == 0 || time.GetElapsedTime(lastTick) >= Poll * 0.9;
        if (isTick) lastTick = time.GetTimestamp();
        CollectEnded();
        if (stopping || isTick) Withdraw();
        if (isTick && queue.MayHaveJobs) await LookAfterAsync();
        if (stopping) await SettleWhileStoppingAsync();
        else await SettleAndClaimAsync(isTick);
    }

    void CollectEnded()
    {
        var (count, areQuick) = (0, true);
        while (ended.TryDequeue(out var one))
        {
            held.TryRemove(one.Job.Job.Id, out _);
            one.Job.Dispose();
            if (one.Ending is not null) unsettled.Add(one.Ending);
            count++;
            areQuick &= one.Duration <= Quick;
        }
        if (!areQuick) batch = settings.Workers;
        else if (count >= (batch + 1) / 2) batch = Math.Max(settings.Workers, Math.Min(2 * batch, MaxBatch));
    }

    /// <summary>Gives back what waits behind slow jobs; at a stop everything.</summary>
    void Withdraw()
    {
        foreach (var job in held.Values)
        {
            if (stopping) job.Cancel(CancelReason.Stopping);
            if ((!stopping && time.GetElapsedTime(job.Asked) < Poll) || !job.TryWithdraw()) continue;
            held.TryRemove(job.Job.Id, out _);
            job.Dispose();
            unsettled.Add(JobRunner.HandedBack(job));
            batch = settings.Workers;
        }
    }

    /// <summary>Once a second: leases, progress, cancels, what is too old.</summary>
    async Task LookAfterAsync()
    {
        if (!held.IsEmpty)
        {
            foreach (var id in await queue.CancelRequestedAsync(CancellationToken.None)) Cancel(id);
            await RenewAsync();
        }
        var pause = settings.Keep < MaxPurgePause ? settings.Keep : MaxPurgePause;
        if (lastPurge != 0 && time.GetElapsedTime(lastPurge) < pause) return;
        lastPurge = time.GetTimestamp();
        await queue.PurgeAsync(settings.Keep, CancellationToken.None);
    }

    async Task RenewAsync()
    {
        var asked = time.GetTimestamp();
        var alive = held.Values.Where(NeedsRenewal).Select(job => (Job: job, job.Run.Progress)).ToList();
        if (alive.Count == 0) return;
        var lost = await queue.RenewAsync(
            [.. alive.Select(one => (one.Job.Job.Id, one.Job.Job.Attempts, one.Progress))], CancellationToken.None);
        foreach (var (job, progress) in alive)
        {
            if (!lost.Contains(job.Job.Id)) job.Renew(settings.Lease, asked, progress);
            else if (ended.All(one => one.Job != job)) job.Cancel(CancelReason.Lost);
        }
    }

    bool NeedsRenewal(HeldJob job)
    {
        var isDue = time.GetElapsedTime(job.Renewed) >= settings.Lease / RenewalsPerLease - Poll;
        return !job.Token.IsCancellationRequested && (isDue || job.Run.Progress != job.Shown);
    }

    async Task SettleAndClaimAsync(bool isTick)
    {
        var wasWoken = Interlocked.Exchange(ref woken, 0) == 1;
        var room = Math.Max(0, batch - held.Count);
        if (!queue.MayHaveJobs) return;
        var isSure = unsettled.Count > 0 || (room > 0 && (wasWoken || mayBeMore));
        if (!isSure && !(isTick && await queue.IsAnyDueAsync(CancellationToken.None))) return;
        var asked = time.GetTimestamp();
        var claimed = await queue.SettleAndClaimAsync(unsettled, room, isTick, CancellationToken.None);
        unsettled.Clear();
        mayBeMore = claimed.Count == room;
        foreach (var job in claimed)
        {
            var mine = new HeldJob(job, settings.Lease, asked, time);
            held[job.Id] = mine;
            ready.Writer.TryWrite(mine);
        }
    }

    async Task SettleWhileStoppingAsync()
    {
        if (unsettled.Count > 0) await queue.SettleAndClaimAsync(unsettled, 0, lookForLost: false, CancellationToken.None);
        unsettled.Clear();
        if (!held.IsEmpty) await Task.Delay(TimeSpan.FromMilliseconds(20), time);
    }

    [LoggerMessage(60, LogLevel.Error, "The workers' loop failed; trying again in a second")]
    static partial void LogFailed(ILogger log, Exception failed);

    [LoggerMessage(61, LogLevel.Warning, "{Jobs} jobs did not end in time; others will take them over")]
    static partial void LogLeft(ILogger log, int jobs);
}
