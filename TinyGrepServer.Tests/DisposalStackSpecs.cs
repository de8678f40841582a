// What was made is disposed, the last first, also where something goes wrong on the way.

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class DisposalStackSpecs
{
    [TestMethod]
    public async Task One_that_cannot_be_disposed_keeps_nobody_else_from_it()
    {
        List<string> gone = [];
        var owned = new DisposalStack();
        owned.Add(new Owned(() => gone.Add("first")));
        owned.Add(new Owned(() => throw new InvalidOperationException("it was in use")));
        owned.Add(new Owned(() => gone.Add("last")));

        var failed = await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await owned.DisposeAsync());
        await owned.DisposeAsync();

        Assert.AreEqual("it was in use", failed.Message);
        CollectionAssert.AreEqual(new[] { "last", "first" }, gone);
    }

    [TestMethod]
    public async Task What_goes_wrong_after_a_failure_does_not_hide_it()
    {
        List<string> gone = [];
        var owned = new DisposalStack();
        owned.Add(new Owned(() => gone.Add("first")));
        owned.Add(new Owned(() => throw new InvalidOperationException("it was in use")));

        await owned.AbandonAsync();

        CollectionAssert.AreEqual(new[] { "first" }, gone);
    }

    sealed class Owned(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }
}
