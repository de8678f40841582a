// The memory that the bodies of all running requests may take together. Each has a limit of its own and grows with what has arrived,
// but hundreds of large ones at the same time would still exhaust memory. So they share a budget; what exceeds it is refused, and the
// client may try again.

using System.Diagnostics.Metrics;

namespace TinyGrepServer.Server;

/// <summary>Counts the bytes that request bodies hold.</summary>
internal sealed class BodyBudget
{
    /// <summary>The rest is for what is made of the bodies, for answers, and for the runtime.</summary>
    const int Share = 8;

    readonly long max;
    readonly Counter<long> refused;
    long taken;

    public BodyBudget(Meter meter)
        : this(meter, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Share)
    {
    }

    public BodyBudget(Meter meter, long max)
    {
        this.max = max;
        refused = meter.CreateCounter<long>("tinygrep.body.refused", "{request}", "Requests refused because bodies took too much memory.");
        meter.CreateObservableUpDownCounter("tinygrep.body.memory", () => Taken, "By", "Memory of the bodies of running requests.");
    }

    /// <summary>Bytes that are taken now.</summary>
    public long Taken => Interlocked.Read(ref taken);

    /// <exception cref="ApiError">503: they are not to be had now.</exception>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref taken, bytes) <= max) return;
        Give(bytes);
        refused.Add(1);
        throw ApiError.Unavailable("The memory for request bodies is used up by other requests; try again shortly.");
    }

    public void Give(int bytes) => Interlocked.Add(ref taken, -bytes);
}
