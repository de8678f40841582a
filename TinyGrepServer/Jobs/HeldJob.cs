// A claimed job in this process: waiting for a worker, started, or withdrawn before a worker took it. Its token is also its lease: it
// cancels itself unless the lease is renewed in time, so the work stops before another server may begin it.

namespace TinyGrepServer.Jobs;

/// <summary>Why a job's token was cancelled.</summary>
internal enum CancelReason
{
    /// <summary>Nobody renewed its lease.</summary>
    Lost,

    /// <summary>Cancelled by a user.</summary>
    Unwanted,

    /// <summary>The server is stopping.</summary>
    Stopping,
}

internal sealed class HeldJob : IDisposable
{
    readonly Lock gate = new();
    readonly CancellationTokenSource source;
    readonly TimeProvider time;
    CancelReason reason = CancelReason.Lost;
    bool begun;
    bool withdrawn;
    bool cancelled;
    bool disposed;

    /// <param name="asked">When its claim was sent, as a timestamp: the lease began after that.</param>
    public HeldJob(ClaimedJob job, TimeSpan lease, long asked, TimeProvider time)
    {
        Job = job;
        this.time = time;
        Asked = Renewed = asked;
        Run = new JobRun(job.Id, job.Input, (int)job.Attempts);
        source = new CancellationTokenSource(Left(lease, asked), time);
        Token = source.Token;
    }

    public ClaimedJob Job { get; }

    public JobRun Run { get; }

    public CancellationToken Token { get; }

    /// <summary>When it was claimed.</summary>
    public long Asked { get; }

    /// <summary>When its lease was renewed.</summary>
    public long Renewed { get; private set; }

    /// <summary>The progress its row shows.</summary>
    public long Shown { get; private set; }

    /// <summary>Why its token was cancelled, if it was.</summary>
    public CancelReason Reason
    {
        get
        {
            lock (gate) return reason;
        }
    }

    /// <summary>Whether a worker may begin; never after it was withdrawn.</summary>
    public bool TryBegin()
    {
        lock (gate) return begun = !withdrawn;
    }

    /// <summary>Takes it back unless a worker has begun.</summary>
    public bool TryWithdraw()
    {
        lock (gate) return !begun && !withdrawn && (withdrawn = true);
    }

    /// <summary>Its lease goes on from when the renewal was sent.</summary>
    public void Renew(TimeSpan lease, long asked, long shown)
    {
        lock (gate)
        {
            (Renewed, Shown) = (asked, shown);
            if (!disposed && !cancelled) source.CancelAfter(Left(lease, asked));
        }
    }

    public void Cancel(CancelReason why)
    {
        lock (gate)
        {
            if (disposed || cancelled || source.IsCancellationRequested) return;
            (cancelled, reason) = (true, why);
            source.CancelAfter(TimeSpan.Zero); // on another thread: callbacks of the token must not run in here
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            source.Dispose();
        }
    }

    TimeSpan Left(TimeSpan lease, long asked)
    {
        var left = lease - time.GetElapsedTime(asked);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
