// Work that outlives its request: accepted over HTTP, stored in the database, run by this server's workers or another's.

using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Cryptography;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Jobs;

internal sealed class JobsSlice : ISlice, IAsyncDisposable
{
    readonly Workers workers;

    /// <param name="offered">What can be done, from other slices.</param>
    /// <param name="keep">Keeps a result as a message and returns its digest.</param>
    public JobsSlice(
        JobSettings settings, IEnumerable<JobKind> offered, Func<byte[], CancellationToken, Task<string>> keep,
        Database database, Meter meter, ILogger log, TimeProvider time)
    {
        IEnumerable<JobKind> all = settings.Diagnostics ? offered.Append(NoopKind.Create(time)) : offered;
        var kinds = all.ToDictionary(CheckName);
        var clock = new JobClock(database, time);
        var store = new JobStore(database, clock);
        var runner = new JobRunner(keep, new JobMetrics(database, store, meter, time), log, time);
        workers = new Workers(settings, kinds, new JobQueue(database, clock, NewHolder(), kinds.Keys, settings.Lease), runner, log, time);
        Actions = new JobActions(store, kinds, workers.Wake, workers.Cancel);
        Routes = [.. new JobsApi(Actions, store, workers.Wake).Routes, .. Dashboard.Routes];
    }

    public string Name => "jobs";

    public IReadOnlyList<Route> Routes { get; }

    /// <summary>For those who ask without HTTP.</summary>
    public JobActions Actions { get; }

    /// <summary>Begins to run jobs.</summary>
    public void Start() => workers.Start();

    /// <summary>Hands running jobs back.</summary>
    /// <returns>False where that took longer than the limit.</returns>
    public Task<bool> StopAsync(TimeSpan limit) => workers.StopAsync(limit);

    public ValueTask DisposeAsync() => workers.DisposeAsync();

    /// <summary>Names stand in the SQL of the queue as they are.</summary>
    static string CheckName(JobKind kind) => kind.Name.All(letter => char.IsAsciiLetterLower(letter) || letter == '_')
        ? kind.Name
        : throw new ArgumentException($"A kind's name has lower-case letters and underscores: not '{kind.Name}'.");

    /// <summary>Host and process for people, and a random part: no other process is ever called the same.</summary>
    static string NewHolder()
    {
        var random = RandomNumberGenerator.GetHexString(8, lowercase: true);
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}:{random}");
    }
}
