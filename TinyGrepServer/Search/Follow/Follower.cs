// A client that follows: events wait here until the client takes them. A client that is too slow is dropped; its cursor stays valid,
// and it gets what it missed when it reconnects.

using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace TinyGrepServer.Search;

#pragma warning disable CA1001 // The source's timer ends by itself, and it has no handle.
internal sealed class Follower
#pragma warning restore CA1001
{
    /// <summary>Events that may wait; they are shared by all clients that follow the same question.</summary>
    const int MaxWaiting = 4_096;

    static readonly TimeSpan LastWord = TimeSpan.FromSeconds(1);

    readonly Channel<FollowEvent> waiting = Channel.CreateBounded<FollowEvent>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    readonly CancellationTokenSource cut = new();
    volatile bool isEnding;

    /// <summary>Cancelled a second after the server has begun to stop: a client that does not read by then is not waited for.</summary>
    public CancellationToken Cut => cut.Token;

    /// <summary>Whether it has left, or was dropped.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Queues an event at once; false: the client is too slow, and is dropped.</summary>
    public bool Tell(FollowEvent told)
    {
        if (HasLeft) return false;
        if (waiting.Writer.TryWrite(told)) return true;
        LetGo(new TooSlowException());
        return false;
    }

    /// <summary>Queues an event once there is room.</summary>
    public ValueTask TellAsync(FollowEvent told, CancellationToken cancellationToken) => waiting.Writer.WriteAsync(told, cancellationToken);

    /// <summary>The server stops. Events still queued are left for the next connection, since the cursor is before them.</summary>
    public void SayBye()
    {
        isEnding = true;
        cut.CancelAfter(LastWord);
        LetGo();
    }

    /// <summary>There are no more events, or something went wrong.</summary>
    public void LetGo(Exception? failure = null)
    {
        HasLeft = true;
        waiting.Writer.TryComplete(failure);
    }

    /// <summary>Its events, as they come.</summary>
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
internal sealed class TooSlowException() : IOException("The follower reads too slowly.");
