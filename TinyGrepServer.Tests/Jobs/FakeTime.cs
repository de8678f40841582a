// A clock that stands until it is moved.

namespace TinyGrepServer.Tests.Jobs;

internal sealed class FakeTime : TimeProvider
{
    DateTimeOffset now = new(2031, 5, 17, 8, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Move(TimeSpan by) => now += by;
}
