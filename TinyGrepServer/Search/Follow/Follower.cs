// One who follows: what it is to be told waits here until it is taken. Who takes too slowly is let go: its cursor stays good, and what
// it has missed it gets when it comes back.

using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace TinyGrepServer.Search;

#pragma warning disable CA1001 // The source's timer ends by itself, and it has no handle.
internal sealed class Follower
#pragma warning restore CA1001
{
    /// <summary>Events that may wait; they are shared with all who follow the same.</summary>
    const int MaxWaiting = 4_096;

    static readonly TimeSpan LastWord = TimeSpan.FromSeconds(1);

    readonly Channel<FollowEvent> waiting = Channel.CreateBounded<FollowEvent>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    readonly CancellationTokenSource cut = new();
    volatile bool isEnding;

    /// <summary>Cancelled a second after the server has begun to stop: who does not read by then is not waited for.</summary>
    public CancellationToken Cut => cut.Token;

    /// <summary>Whether it has left, or was let go.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Tells it something at once; false: it is too slow, and is let go.</summary>
    public bool Tell(FollowEvent told)
    {
        if (HasLeft) return false;
        if (waiting.Writer.TryWrite(told)) return true;
        LetGo(new TooSlowException());
        return false;
    }

    /// <summary>Tells it something once there is room.</summary>
    public ValueTask TellAsync(FollowEvent told, CancellationToken cancellationToken) => waiting.Writer.WriteAsync(told, cancellationToken);

    /// <summary>The server stops. What waits is left for the next time, since its cursor comes before that.</summary>
    public void SayBye()
    {
        isEnding = true;
        cut.CancelAfter(LastWord);
        LetGo();
    }

    /// <summary>There is nothing more to tell, or something went wrong.</summary>
    public void LetGo(Exception? failure = null)
    {
        HasLeft = true;
        waiting.Writer.TryComplete(failure);
    }

    /// <summary>What it is told, as it comes.</summary>
    /// <exception cref="TooSlowException">It was too slow.</exception>
    public async IAsyncEnumerable<FollowEvent> ToldAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        await foreach (var told in waiting.Reader.ReadAllAsync(cancellationToken))
        {
            if (isEnding && cursor is not null) break;
            cursor = told.Cursor; // the first one tells where it stands
            yield return told;
        }
        if (isEnding) yield return FollowEvent.Bye(cursor ?? "");
    }
}

/// <summary>A follower was let go because it did not take what it was told.</summary>
internal sealed class TooSlowException() : IOException("The follower takes too slowly what it is told.");
