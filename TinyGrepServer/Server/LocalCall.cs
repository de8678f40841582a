// A call in process, by the program that embeds the server. It counts like a request: a stop refuses new calls, waits for running ones,
// and cancels them when the shutdown timeout is over.

namespace TinyGrepServer.Server;

/// <summary>One call in process, from its beginning until it is disposed.</summary>
internal sealed class LocalCall : IDisposable
{
    readonly ServerState state;
    readonly CancellationTokenSource either;

    /// <exception cref="ApiError">503: the server is stopping or has stopped.</exception>
    public LocalCall(ServerState state, CancellationToken cancellationToken)
    {
        this.state = state;
        state.LocalCalls.Enter(); // first: a stop that begins now waits for this call, or the next line refuses it
        if (state.Refusing)
        {
            state.LocalCalls.Leave();
            throw ApiError.Unavailable("The server is shutting down.");
        }
        either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, state.ForcedStop);
    }

    /// <summary>Cancelled by the caller, or by a stop whose time is up.</summary>
    public CancellationToken Token => either.Token;

    public void Dispose()
    {
        either.Dispose();
        state.LocalCalls.Leave();
    }
}
