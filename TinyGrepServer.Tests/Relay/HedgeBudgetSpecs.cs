// The hedging budget: a share of requests, 20 a second, nothing older than ten seconds.

using TinyGrepServer.Relay;

namespace TinyGrepServer.Tests.Relay;

[TestClass]
public sealed class HedgeBudgetSpecs
{
    readonly FakeTime time = new();

    [TestMethod]
    public void It_starts_with_ten_seconds_of_twenty()
    {
        var budget = new HedgeBudget(0.2, time);

        Assert.AreEqual(200, Take(budget));
    }

    [TestMethod]
    public void Each_second_brings_twenty_and_ten_seconds_are_the_most()
    {
        var budget = new HedgeBudget(0.2, time);
        Take(budget);

        time.Advance(TimeSpan.FromSeconds(3));
        Assert.AreEqual(60, Take(budget));
        time.Advance(TimeSpan.FromHours(1));
        Assert.AreEqual(200, Take(budget));
        Assert.AreEqual(0, Take(budget));
    }

    [TestMethod]
    public void Each_request_brings_its_share_for_ten_seconds()
    {
        var budget = new HedgeBudget(0.2, time);
        Take(budget);

        for (var request = 0; request < 100; request++) budget.Deposit();
        Assert.AreEqual(20, Take(budget));
        for (var request = 0; request < 100; request++) budget.Deposit();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.AreEqual(200, Take(budget));
    }

    [TestMethod]
    public void It_gives_all_or_nothing()
    {
        var budget = new HedgeBudget(0.2, time);

        Assert.IsFalse(budget.TryTake(201));
        Assert.IsTrue(budget.TryTake(199));
        Assert.IsFalse(budget.TryTake(2));
        Assert.IsTrue(budget.TryTake(1));
    }

    [TestMethod]
    public void Zero_percent_is_none_at_all()
    {
        var budget = new HedgeBudget(0, time);
        budget.Deposit();

        Assert.AreEqual(0, Take(budget));
        Assert.IsTrue(budget.IsOff);
    }

    static int Take(HedgeBudget budget)
    {
        var taken = 0;
        while (budget.TryTake(1)) taken++;
        return taken;
    }
}
