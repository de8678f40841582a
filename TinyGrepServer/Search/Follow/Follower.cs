// One who follows: what it is to be told waits here until it is taken. Who takes too slowly is let go: its cursor stays good, and what
// it has missed it gets when it comes back.

using System.Threading.Channels;

namespace TinyGrepServer.Search;

internal sealed class Follower
{
    /// <summary>Events that may wait; they are shared with all who follow the same.</summary>
    const int MaxWaiting = 4_096;

    readonly Channel<FollowEvent> waiting = Channel.CreateBounded<FollowEvent>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    /// <summary>Whether it has left, or was let go.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Why it was let go; null: it was not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Tells it something at once; false: it is too slow, and is let go.</summary>
    public bool Tell(FollowEvent told)
    {
        if (HasLeft) return false;
        if (waiting.Writer.TryWrite(told)) return true;
        LetGo(new IOException("The follower takes too slowly what it is told."));
        return false;
    }

    /// <summary>Tells it something once there is room.</summary>
    public ValueTask TellAsync(FollowEvent told, CancellationToken cancellationToken) => waiting.Writer.WriteAsync(told, cancellationToken);

    /// <summary>There is nothing more to tell, or something went wrong.</summary>
    public void LetGo(Exception? failure = null)
    {
        (HasLeft, Failure) = (true, failure);
        waiting.Writer.TryComplete(failure);
    }

    /// <summary>What it is told, as it comes.</summary>
    /// <exception cref="IOException">It was too slow.</exception>
    public IAsyncEnumerable<FollowEvent> ToldAsync(CancellationToken cancellationToken) => waiting.Reader.ReadAllAsync(cancellationToken);
}
