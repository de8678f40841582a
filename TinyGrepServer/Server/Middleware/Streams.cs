// A large reply is written while its client reads, so a slow reader holds its resources for as long as it likes. So only a limited
// number is written at once, half of them to one address; any more are told to come back.

using System.Net;

namespace TinyGrepServer.Server;

internal static class Streams
{
    /// <summary>A reply of known length up to this leaves without holding anything for long.</summary>
    const long Small = 1 << 20;

    public static Middleware Bound(ServerState state, ServerSettings options) => next => async (exchange, cancellationToken) =>
    {
        var reply = await next(exchange, cancellationToken);
        if (reply.Stream is null || reply.StreamLength <= Small || reply.IsLive || exchange.Method == "HEAD") return reply;
        var counted = exchange.CountedAddress;
        if (state.Streams.TryEnter(counted, options.MaxStreams))
            return reply with { Owner = new Place(state.Streams, counted, reply.Owner) };
        if (reply.Owner is { } owner) await owner.DisposeAsync();
        throw ApiError.Unavailable($"{options.MaxStreams} large replies are being sent, at most half of them to one address.", 5);
    };

    sealed class Place(StreamCount count, IPAddress? address, IAsyncDisposable? owner) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            count.Leave(address);
            if (owner is not null) await owner.DisposeAsync();
        }
    }
}

/// <summary>Large replies that are being written, in all and by address.</summary>
internal sealed class StreamCount
{
    readonly Lock gate = new();
    readonly Dictionary<IPAddress, int> byAddress = [];
    int all;

    public int All => Volatile.Read(ref all);

    /// <param name="address">Whom it is counted for; null: nobody.</param>
    /// <param name="max">How many there may be in all; half of them for one address.</param>
    public bool TryEnter(IPAddress? address, int max)
    {
        lock (gate)
        {
            if (all >= max) return false;
            if (address is not null)
            {
                var own = byAddress.GetValueOrDefault(address);
                if (own >= (max + 1) / 2) return false;
                byAddress[address] = own + 1;
            }
            all++;
            return true;
        }
    }

    public void Leave(IPAddress? address)
    {
        lock (gate)
        {
            all--;
            if (address is not null && --byAddress[address] == 0) byAddress.Remove(address);
        }
    }
}
