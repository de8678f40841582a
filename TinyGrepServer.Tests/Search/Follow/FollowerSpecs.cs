// How following ends where it cannot go on: who is too slow has only itself to blame, all else is a fault to be logged.

using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class FollowerSpecs
{
    [TestMethod]
    public async Task One_that_takes_too_slowly_counts_as_gone()
    {
        var follower = new Follower();
        while (follower.Tell(FollowEvent.Heartbeat("here")))
        {
            // Nobody takes what it is told.
        }

        await Assert.ThrowsExactlyAsync<ClientGoneException>(() => WriteAsync(follower));
    }

    [TestMethod]
    public async Task A_disk_that_fails_is_not_taken_for_a_client_that_has_gone()
    {
        var follower = new Follower();
        follower.LetGo(new IOException("Input/output error"));

        var failed = await Assert.ThrowsExactlyAsync<IOException>(() => WriteAsync(follower));

        Assert.AreEqual("Input/output error", failed.Message);
    }

    static Task WriteAsync(Follower follower) => FollowApi.WriteAsync(
        follower.ToldAsync(CancellationToken.None), isEvents: true, Stream.Null, follower.Cut, CancellationToken.None);
}
