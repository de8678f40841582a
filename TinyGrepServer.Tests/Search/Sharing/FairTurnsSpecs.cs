// Waiting for a turn: each client has a line of its own, the lines take turns, and full places make room for the clients that ask least.

using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class FairTurnsSpecs
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly FairTurns turns = new(turns: 1, places: 4);
    readonly List<string> order = [];

    [TestMethod]
    public async Task One_who_asks_much_does_not_keep_others_from_their_turn()
    {
        Assert.IsTrue(await turns.TakeAsync("flood", returns: false, None));
        List<Task> waiting = [.. Enumerable.Range(1, 3).Select(number => WaitAsync("flood", $"flood {number}")), WaitAsync("ann", "ann")];

        await EndAllAsync(waiting);

        CollectionAssert.AreEqual(new[] { "flood 1", "ann", "flood 2", "flood 3" }, order);
    }

    [TestMethod]
    public async Task Where_all_places_are_taken_a_newcomer_has_the_last_of_the_longest_line()
    {
        Assert.IsTrue(await turns.TakeAsync("flood", returns: false, None));
        var flood = Enumerable.Range(1, 4).Select(number => turns.TakeAsync("flood", returns: false, None)).ToList();

        var more = await turns.TakeAsync("flood", returns: false, None);
        var ann = turns.TakeAsync("ann", returns: false, None);

        Assert.IsFalse(more, "whoever has them all is told so");
        Assert.IsFalse(await flood[3]);
        Assert.AreEqual(4, turns.Waiting);
        turns.GiveBack();
        turns.GiveBack();
        Assert.IsTrue(await ann);
        Assert.IsTrue(await flood[0]);
    }

    [TestMethod]
    public async Task One_who_returns_is_neither_refused_nor_pushed_out()
    {
        Assert.IsTrue(await turns.TakeAsync("flood", returns: false, None));
        var returning = Enumerable.Range(1, 6).Select(number => turns.TakeAsync("flood", returns: true, None)).ToList();

        var ann = await turns.TakeAsync("ann", returns: false, None);

        Assert.IsFalse(ann);
        Assert.AreEqual(6, turns.Waiting);
        foreach (var one in returning)
        {
            turns.GiveBack();
            Assert.IsTrue(await one);
        }
    }

    [TestMethod]
    public async Task One_who_gives_up_leaves_no_gap()
    {
        using var gone = new CancellationTokenSource();
        Assert.IsTrue(await turns.TakeAsync("ann", returns: false, None));
        var left = turns.TakeAsync("bob", returns: false, gone.Token);
        var next = turns.TakeAsync("cid", returns: false, None);

        await gone.CancelAsync();
        turns.GiveBack();

        await Assert.ThrowsExactlyAsync<TaskCanceledException>(() => left);
        Assert.IsTrue(await next);
        Assert.AreEqual(0, turns.Waiting);
        turns.GiveBack();
        Assert.IsTrue(await turns.TakeAsync("bob", returns: false, None), "the turn is there again");
    }

    async Task WaitAsync(string asker, string name)
    {
        Assert.IsTrue(await turns.TakeAsync(asker, returns: false, None));
        order.Add(name);
        turns.GiveBack();
    }

    /// <summary>The first turn's end starts the others, one after another.</summary>
    async Task EndAllAsync(List<Task> waiting)
    {
        turns.GiveBack();
        await Task.WhenAll(waiting);
    }
}
