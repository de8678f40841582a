// The stream a reply's body is written to. It writes in pieces and gives each piece the write timeout: a client that takes
// nothing for that long is dropped. The timer is armed before the write begins, because HttpListener frames chunks with
// blocking writes that no token can end.

using System.Net;

namespace TinyGrepServer.Server;

/// <summary>Writes to a client that may be slow, gone, or unwilling to read.</summary>
internal sealed class TimedStream : WriteOnlyStream
{
    /// <summary>Small enough that a client of 4 KiB/s passes within the default timeout of 30 s.</summary>
    const int Piece = 64 << 10;

#pragma warning disable CA2213 // The response's own stream: ReplyWriter closes it with the response.
    readonly Stream inner;
#pragma warning restore CA2213
    readonly TimeSpan limit;
    readonly ITimer timer;
    readonly CancellationTokenRegistration onCancel;

    public TimedStream(Stream inner, ClientConnection connection, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        this.inner = inner;
        this.limit = limit;
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
                timer.Change(limit, Timeout.InfiniteTimeSpan);
                await inner.WriteAsync(piece, cancellationToken);
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
