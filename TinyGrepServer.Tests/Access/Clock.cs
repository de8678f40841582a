// A clock that stands until a test moves it.

namespace TinyGrepServer.Tests.Access;

internal sealed class Clock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2031, 5, 17, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
}
