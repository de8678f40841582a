// One of up to three GETs that a request makes: when it began, when it ended, and how it ended.

namespace TinyGrepServer.Relay;

internal enum AttemptOutcome
{
    Running,
    Won,
    Lost,
    Failed,
    TimedOut,
}

internal sealed class Attempt(int number, TimeSpan start)
{
    /// <summary>1 is the first.</summary>
    public int Number => number;

    /// <summary>Since the request began.</summary>
    public TimeSpan Start => start;

    /// <summary>Since the request began; null while it runs.</summary>
    public TimeSpan? End { get; set; }

    public AttemptOutcome Outcome { get; set; }

    /// <summary>What the upstream answered; null where the attempt was abandoned first.</summary>
    public UpstreamAnswer? Answer { get; set; }
}
