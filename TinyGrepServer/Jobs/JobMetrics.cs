// What /metrics tells about jobs. Counting rows takes time, so it is done when somebody looks, at most once a second, and never
// opens the database.

using System.Diagnostics.Metrics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Jobs;

internal sealed class JobMetrics
{
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    readonly Func<bool> isOpen;
    readonly JobStore store;
    readonly TimeProvider time;
    readonly Histogram<double> durations;
    IReadOnlyDictionary<string, long> counts = new Dictionary<string, long>();
    int refreshing;
    long refreshed;

    public JobMetrics(Func<bool> isOpen, JobStore store, Meter meter, TimeProvider time)
    {
        (this.isOpen, this.store, this.time) = (isOpen, store, time);
        durations = meter.CreateHistogram<double>("tinygrep.job.duration", "s", "How long attempts of jobs took on this server.");
        meter.CreateObservableGauge("tinygrep.jobs", Observe, "{job}", "Jobs in the database, by state.");
    }

    public void Ended(string kind, string outcome, TimeSpan duration) =>
        durations.Record(duration.TotalSeconds, new("kind", kind), new("outcome", outcome));

    /// <summary>SQLite's counts are there at once; PostgreSQL's come with the next look.</summary>
    IEnumerable<Measurement<long>> Observe()
    {
        var isOld = refreshed == 0 || time.GetElapsedTime(refreshed) >= Fresh;
        if (isOpen() && isOld && Interlocked.Exchange(ref refreshing, 1) == 0) _ = RefreshAsync();
        return counts.Select(one => new Measurement<long>(one.Value, new KeyValuePair<string, object?>("state", one.Key)));
    }

    async Task RefreshAsync()
    {
        try
        {
            counts = await store.CountAsync(CancellationToken.None);
        }
        catch (ApiError)
        {
            // The database is busy or lost, and says so itself; the last counts stay.
        }
        finally
        {
            refreshed = time.GetTimestamp();
            Volatile.Write(ref refreshing, 0);
        }
    }
}
