// How many jobs this server runs, and how long finished ones are kept.

namespace TinyGrepServer.Jobs;

/// <summary>Workers, leases and retention.</summary>
public sealed record JobSettings
{
    /// <summary>Jobs that run at once on this server; 0: it only accepts them.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>How long a finished job is kept.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a server may go without renewing a job's lease before another takes the job over.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether the kind <c>noop</c> is there.</summary>
    public bool Diagnostics { get; init; }
}
