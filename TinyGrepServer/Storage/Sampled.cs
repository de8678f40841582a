// One or more numbers about the database for /metrics. Querying takes time, so it happens on a scrape, at most once a second, and never
// opens the database. SQLite's numbers are there at once; PostgreSQL's come with the next scrape.

using TinyGrepServer.Server;

namespace TinyGrepServer.Storage;

/// <param name="look">Reads the value.</param>
/// <param name="first">The value until it has been read.</param>
internal sealed class Sampled<T>(Database database, Func<CancellationToken, Task<T>> look, T first, TimeProvider time)
{
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    T latest = first;
    bool looking;
    long looked;

    /// <summary>The value as it was about a second ago.</summary>
    public T Latest
    {
        get
        {
            if (BeginsToLook()) _ = LookAsync();
            lock (gate) return latest;
        }
    }

    bool BeginsToLook()
    {
        lock (gate)
        {
            var isOld = looked == 0 || time.GetElapsedTime(looked) >= Fresh;
            return database.IsOpen && isOld && !looking && (looking = true);
        }
    }

    async Task LookAsync()
    {
        try
        {
            var seen = await look(CancellationToken.None);
            lock (gate) latest = seen;
        }
        catch (ApiError)
        {
            // The database is busy or lost, and says so itself; the last value stays.
        }
        finally
        {
            lock (gate) (looking, looked) = (false, time.GetTimestamp());
        }
    }
}
