// The memory that the bodies of all running requests may take together. Each is limited by itself, and grows with what has
// arrived, but hundreds of large ones that arrive at the same time would still be more than there is. So they share a budget;
// what is beyond it is refused, and the client may ask again.

using System.Diagnostics.Metrics;

namespace TinyGrepServer.Server;

/// <summary>Counts the bytes that request bodies hold.</summary>
internal sealed class BodyBudget
{
    /// <summary>The rest is for what is made of the bodies, for answers, and for the runtime.</summary>
    const int Share = 8;

    readonly long most;
    readonly Counter<long> refused;
    long taken;

    public BodyBudget(Meter meter)
        : this(meter, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Share)
    {
    }

    public BodyBudget(Meter meter, long most)
    {
        this.most = most;
        refused = meter.CreateCounter<long>("tinygrep.body.refused", "{request}", "Requests refused because bodies took too much memory.");
        meter.CreateObservableUpDownCounter("tinygrep.body.memory", () => Taken, "By", "Memory of the bodies of running requests.");
    }

    /// <summary>Bytes that are taken now.</summary>
    public long Taken => Interlocked.Read(ref taken);

    /// <exception cref="ApiError">503: they are not to be had now.</exception>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref taken, bytes) <= most) return;
        Give(bytes);
        refused.Add(1);
        throw ApiError.Unavailable("The bodies of other requests take all the memory there is for bodies.");
    }

    public void Give(int bytes) => Interlocked.Add(ref taken, -bytes);
}
