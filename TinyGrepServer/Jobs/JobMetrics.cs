// The metrics of jobs.

using System.Diagnostics.Metrics;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Jobs;

internal sealed class JobMetrics
{
    readonly Histogram<double> durations;

    public JobMetrics(Database database, JobStore store, Meter meter, TimeProvider time)
    {
        var counts = new Sampled<IReadOnlyDictionary<string, long>>(
            database, stop => store.CountAsync(owner: null, stop), new Dictionary<string, long>(), time);
        durations = meter.CreateHistogram<double>("tinygrep.job.duration", "s", "How long attempts of jobs took on this server.");
        meter.CreateObservableGauge(
            "tinygrep.jobs",
            () => counts.Latest.Select(one => new Measurement<long>(one.Value, new KeyValuePair<string, object?>("state", one.Key))),
            "{job}",
            "Jobs in the database, by state.");
    }

    public void Ended(string kind, string outcome, TimeSpan duration) =>
        durations.Record(duration.TotalSeconds, new("kind", kind), new("outcome", outcome));
}
