// The counter a stop waits for. It must be right however many requests come and go at once: too low, and a stop cuts one
// off; too high, and it never ends.

using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class ActiveRequestsSpecs
{
    [TestMethod]
    public async Task Idle_is_told_at_once()
    {
        var active = new ActiveRequests();

        var waiting = active.WhenIdleAsync(TimeSpan.Zero, TimeProvider.System, CancellationToken.None);

        Assert.IsTrue(waiting.IsCompletedSuccessfully);
        await waiting;
    }

    [TestMethod, Timeout(30_000)]
    public async Task The_last_to_leave_ends_the_waiting_of_all()
    {
        var active = new ActiveRequests();
        Assert.AreEqual(1, active.Enter());
        Assert.AreEqual(2, active.Enter());
        Task[] waiting =
        [
            .. Enumerable.Range(0, 3)
                .Select(_ => active.WhenIdleAsync(TimeSpan.FromSeconds(5), TimeProvider.System, CancellationToken.None)),
        ];

        active.Leave();
        var early = waiting.Any(one => one.IsCompleted);
        active.Leave();

        Assert.IsFalse(early);
        await Task.WhenAll(waiting);
        Assert.AreEqual(0, active.Count);
    }

    [TestMethod, Timeout(30_000)]
    public async Task Waiting_has_a_limit()
    {
        var active = new ActiveRequests();
        active.Enter();

        await Assert.ThrowsExactlyAsync<TimeoutException>(
            () => active.WhenIdleAsync(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Many_threads_lose_no_count()
    {
        var active = new ActiveRequests();
        active.Enter();
        var waiting = active.WhenIdleAsync(TimeSpan.FromSeconds(50), TimeProvider.System, CancellationToken.None);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var round = 0; round < 50_000; round++)
            {
                active.Enter();
                active.Leave();
            }
        })));
        var (count, early) = (active.Count, waiting.IsCompleted);
        active.Leave();

        await waiting;
        Assert.AreEqual((1, false), (count, early));
        Assert.AreEqual(0, active.Count);
    }
}
