// The stream a reply's body is written to. It writes in pieces with a timeout for each: a client that reads nothing for the write timeout
// is dropped, and so is one that reads more slowly than the minimum rate for about ten seconds. The timer is armed before the write
// begins, because HttpListener frames chunks with blocking writes that no token can cancel.

using System.Net;

namespace TinyGrepServer.Server;

/// <summary>Writes to a client that may be slow, gone, or unwilling to read.</summary>
internal sealed class TimedStream : WriteOnlyStream
{
    /// <summary>At the default minimum rate of 8 KiB/s it takes eight seconds, within the write timeout.</summary>
    const int Piece = 64 << 10;

    /// <summary>How much longer than the minimum rate allows a client may be waited for: pauses are not held against it.</summary>
    static readonly TimeSpan Reserve = TimeSpan.FromSeconds(10);

#pragma warning disable CA2213 // The response's own stream: ReplyWriter closes it with the response.
    readonly Stream inner;
#pragma warning restore CA2213
    readonly TimeSpan timeout;
    readonly long minRate;
    readonly TimeProvider time;
    readonly ITimer timer;
    readonly CancellationTokenRegistration onCancel;
    TimeSpan reserve = Reserve;

    public TimedStream(
        Stream inner, ClientConnection connection, ServerSettings options, TimeProvider time, CancellationToken cancellationToken)
    {
        this.inner = inner;
        this.time = time;
        timeout = options.WriteTimeout;
        minRate = options.MinRate;
        timer = time.CreateTimer(_ => connection.Drop(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        onCancel = cancellationToken.Register(connection.Drop);
    }

    /// <exception cref="ClientGoneException">The connection does not take it.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                var piece = buffer[..Math.Min(Piece, buffer.Length)];
                await WritePieceAsync(piece, cancellationToken);
                Written += piece.Length;
                buffer = buffer[piece.Length..];
            }
        }
        catch (Exception gone) when (ClientGoneException.IsMeantBy(gone))
        {
            throw new ClientGoneException(gone);
        }
        finally
        {
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A piece may take its time at the minimum rate, and what is left in reserve; one that is quicker refills it.</summary>
    async ValueTask WritePieceAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (minRate == 0)
        {
            timer.Change(timeout, Timeout.InfiniteTimeSpan);
            await inner.WriteAsync(piece, cancellationToken);
            return;
        }
        var due = TimeSpan.FromSeconds((double)piece.Length / minRate);
        var allowed = due + reserve;
        timer.Change(allowed < timeout ? allowed : timeout, Timeout.InfiniteTimeSpan);
        var started = time.GetTimestamp();
        await inner.WriteAsync(piece, cancellationToken);
        reserve += due - time.GetElapsedTime(started);
        if (reserve > Reserve) reserve = Reserve;
        if (reserve < TimeSpan.Zero) reserve = TimeSpan.Zero;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            timer.Dispose();
            onCancel.Dispose();
        }
        base.Dispose(disposing);
    }
}

/// <summary>The client has left or was dropped; there is nobody to tell.</summary>
internal sealed class ClientGoneException(Exception inner) : Exception("The client has gone.", inner)
{
    /// <summary>
    /// Whether HttpListener says so by this. To be asked only of what a call into it threw: a body's own source may throw the same
    /// and mean something else. A connection closed under HttpListener makes it stumble over its own null references.
    /// </summary>
    public static bool IsMeantBy(Exception thrown) =>
        thrown is HttpListenerException or IOException or InvalidOperationException or NullReferenceException;

    /// <summary>Calls into HttpListener.</summary>
    /// <exception cref="ClientGoneException">The connection is not there any more.</exception>
    public static void Guard(Action call) => Guard(() =>
    {
        call();
        return true;
    });

    /// <summary>Calls into HttpListener.</summary>
    /// <exception cref="ClientGoneException">The connection is not there any more.</exception>
    public static T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception gone) when (IsMeantBy(gone))
        {
            throw new ClientGoneException(gone);
        }
    }
}
