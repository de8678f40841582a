// The table as a queue, with a clock of the test's: what is due, whose lease is over, and that the slow loser changes nothing.

using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using TinyGrepServer.Jobs;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Tests.Jobs;

[TestClass]
public sealed class JobQueueSpecs : IAsyncDisposable
{
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    static readonly IReadOnlyDictionary<string, JobKind> Kinds = new Dictionary<string, JobKind>
    {
        ["noop"] = new("noop", _ => { }, (_, _) => Task.FromResult<byte[]?>(null)),
    };

    readonly TemporaryFolder folder = new();
    readonly Meter meter = new("test");
    readonly FakeTime time = new();
    readonly Database database;
    readonly JobStore store;
    readonly JobQueue first;
    readonly JobQueue second;

    public JobQueueSpecs()
    {
        database = new Database(new StorageSettings { DataFolder = Path.Join(folder.Path, "data") }, meter, NullLogger.Instance, time);
        var clock = new JobClock(database, time);
        store = new JobStore(database, clock);
        first = new JobQueue(database, clock, "first", Kinds.Keys, Lease);
        second = new JobQueue(database, clock, "second", Kinds.Keys, Lease);
    }

    [TestMethod]
    public async Task What_is_due_comes_by_priority_then_time_and_no_more_than_asked_for()
    {
        var late = await AddAsync(new JobRequest { Kind = "noop", RunAt = "2031-05-17T08:00:10Z", Priority = 9 });
        var low = await AddAsync(new JobRequest { Kind = "noop" });
        time.Advance(TimeSpan.FromSeconds(1));
        var next = await AddAsync(new JobRequest { Kind = "noop" });
        var high = await AddAsync(new JobRequest { Kind = "noop", Priority = 1 });

        var two = await ClaimAsync(first, 2);
        var rest = await ClaimAsync(second, 10);
        time.Advance(TimeSpan.FromSeconds(8.999));
        var early = await ClaimAsync(second, 10);
        time.Advance(TimeSpan.FromSeconds(0.001));
        var due = await ClaimAsync(second, 10);

        CollectionAssert.AreEqual(new[] { high, low }, Ids(two));
        CollectionAssert.AreEqual(new[] { next }, Ids(rest));
        Assert.IsEmpty(early);
        CollectionAssert.AreEqual(new[] { late }, Ids(due));
    }

    [TestMethod]
    public async Task A_lease_that_is_renewed_holds_and_one_that_is_not_is_taken_over()
    {
        await AddAsync(new JobRequest { Kind = "noop" });
        var job = (await ClaimAsync(first, 1))[0];
        time.Advance(Lease);
        var lostBefore = await first.RenewAsync([(job.Id, job.Attempts, 7)], CancellationToken.None);
        time.Advance(Lease);
        var heldStill = await ClaimAsync(second, 1);
        time.Advance(TimeSpan.FromMilliseconds(1));
        var taken = await ClaimAsync(second, 1);
        var lost = await first.RenewAsync([(job.Id, job.Attempts, 8)], CancellationToken.None);
        await first.SettleAndClaimAsync(
            [new Ending(job.Id, job.Attempts, JobState.Done, 9)], 0, lookForLost: false, CancellationToken.None);

        Assert.IsEmpty(lostBefore);
        Assert.IsEmpty(heldStill);
        Assert.AreEqual((job.Id, 2L), (taken[0].Id, taken[0].Attempts));
        CollectionAssert.AreEqual(new[] { job.Id }, lost.ToList());
        Assert.AreEqual(("running", "second"), await StateAsync(job.Id), "the loser's word does not count");
    }

    [TestMethod]
    public async Task A_job_that_was_lost_too_often_has_failed_and_one_that_was_to_be_cancelled_is()
    {
        var once = await AddAsync(new JobRequest { Kind = "noop", MaxAttempts = 1 });
        var unwanted = await AddAsync(new JobRequest { Kind = "noop" });
        await ClaimAsync(first, 2);
        await store.CancelAsync(unwanted, owner: null, CancellationToken.None);
        time.Advance(Lease * 2);

        var taken = await ClaimAsync(second, 2);

        Assert.IsEmpty(taken);
        Assert.AreEqual("failed", (await StateAsync(once)).State);
        Assert.AreEqual("cancelled", (await StateAsync(unwanted)).State);
    }

    [TestMethod]
    public async Task A_failed_attempt_waits_its_delay_and_a_handed_back_one_does_not_count()
    {
        await AddAsync(new JobRequest { Kind = "noop" });
        var job = (await ClaimAsync(first, 1))[0];
        await SettleAsync(new Ending(job.Id, 1, JobState.Waiting, 0, "no luck", Delay: 4_000));
        var tooEarly = await ClaimAsync(first, 1);
        time.Advance(TimeSpan.FromSeconds(4));
        var second = (await ClaimAsync(first, 1))[0];
        await SettleAsync(new Ending(job.Id, 2, JobState.Waiting, 0, Uncounted: 1));
        var third = (await ClaimAsync(first, 1))[0];

        Assert.IsEmpty(tooEarly);
        Assert.AreEqual(2, second.Attempts);
        Assert.AreEqual(2, third.Attempts);
        Assert.AreEqual("no luck", (await store.GetAsync(job.Id, owner: null, CancellationToken.None)).Error);
    }

    [TestMethod]
    public async Task A_cancel_that_comes_with_the_end_of_an_attempt_is_not_forgotten()
    {
        var id = await AddAsync(new JobRequest { Kind = "noop" });
        await ClaimAsync(first, 1);
        await store.CancelAsync(id, owner: null, CancellationToken.None);

        await SettleAsync(new Ending(id, 1, JobState.Waiting, 0, "no luck", Delay: 0));

        Assert.AreEqual("cancelled", (await StateAsync(id)).State);
        Assert.IsNotNull((await store.GetAsync(id, owner: null, CancellationToken.None)).FinishedAt);
    }

    [TestMethod]
    public async Task Only_what_ended_long_ago_is_purged()
    {
        List<string> ids = [];
        for (var at = 0; at < 1_002; at++) ids.Add(await AddAsync(new JobRequest { Kind = "noop" }));
        foreach (var id in ids.Take(1_001)) await store.CancelAsync(id, owner: null, CancellationToken.None);
        time.Advance(TimeSpan.FromDays(7));
        await first.PurgeAsync(TimeSpan.FromDays(7), CancellationToken.None);
        var before = await store.CountAsync(owner: null, CancellationToken.None);
        time.Advance(TimeSpan.FromMilliseconds(1));

        await first.PurgeAsync(TimeSpan.FromDays(7), CancellationToken.None);

        Assert.AreEqual(1_001, before["cancelled"]);
        Assert.AreEqual(0, (await store.CountAsync(owner: null, CancellationToken.None))["cancelled"]);
        Assert.AreEqual("waiting", (await StateAsync(ids[^1])).State);
    }

    [TestMethod]
    public async Task Jobs_of_a_kind_this_server_does_not_know_are_left_to_others()
    {
        var id = await AddAsync(new JobRequest { Kind = "noop" });
        var stranger = new JobQueue(database, new JobClock(database, time), "stranger", ["search"], Lease);

        Assert.IsFalse(await stranger.IsAnyDueAsync(CancellationToken.None));
        Assert.IsEmpty(await ClaimAsync(stranger, 10));
        Assert.IsTrue(await first.IsAnyDueAsync(CancellationToken.None));
        Assert.AreEqual("waiting", (await StateAsync(id)).State);
    }

    [TestMethod]
    [DataRow(1, 1.0), DataRow(2, 2.0), DataRow(5, 16.0), DataRow(11, 600.0), DataRow(1_000_000, 600.0)]
    public void The_pause_doubles_up_to_ten_minutes_and_spreads(int attempt, double seconds)
    {
        Assert.AreEqual(TimeSpan.FromSeconds(seconds / 2), Backoff.After(attempt, 0));
        Assert.AreEqual(TimeSpan.FromSeconds(seconds), Backoff.After(attempt, 0.5));
        Assert.AreEqual(TimeSpan.FromSeconds(seconds * 1.5), Backoff.After(attempt, 1));
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        meter.Dispose();
        folder.Dispose();
    }

    async Task<string> AddAsync(JobRequest request) =>
        (await store.AddAsync(NewJob.Parse(request, "ann", Kinds), owner: null, CancellationToken.None)).Id;

    async Task<(string State, string? Holder)> StateAsync(string id) =>
        await store.GetAsync(id, owner: null, CancellationToken.None) is var job ? (job.State, job.Holder) : default;

    async Task SettleAsync(Ending ending) =>
        await first.SettleAndClaimAsync([ending], 0, lookForLost: false, CancellationToken.None);

    static Task<IReadOnlyList<ClaimedJob>> ClaimAsync(JobQueue queue, int max) =>
        queue.SettleAndClaimAsync([], max, lookForLost: true, CancellationToken.None);

    static List<string> Ids(IEnumerable<ClaimedJob> jobs) => [.. jobs.Select(job => job.Id)];
}
