// How many jobs this server runs, and how long what is finished stays.

namespace TinyGrepServer.Jobs;

/// <summary>Workers and their habits.</summary>
public sealed record JobSettings
{
    /// <summary>Jobs that run at once on this server; 0: it only takes them in.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>How long a job stays after its end.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a server may go without renewing a job's lease before another takes the job over.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether the kind <c>noop</c> is there.</summary>
    public bool Diagnostics { get; init; }
}
