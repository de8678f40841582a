// Remembers recent requests for /internal/walk. It is in the pipeline where the trace begins, outside everything that may refuse, and
// keeps a few short texts per request, so its memory is bounded however many come.

using TinyGrepServer.Server;

namespace TinyGrepServer.Diagnostics;

/// <param name="capacity">How many are remembered.</param>
internal sealed class LastRequests(int capacity)
{
    const int MaxMethod = 32;
    const int MaxPath = 512;
    const int MaxTiming = 1_024;

    readonly Lock gate = new();
    readonly Queue<WalkedRequest> requests = new(capacity);

    public int Capacity => capacity;

    /// <summary>To be folded into the pipeline; requests for the page that shows them are left out, or it would show little else.</summary>
    public Handler Watch(Handler next) => async (exchange, cancellationToken) =>
    {
        var (arrived, started) = (exchange.Time.GetUtcNow(), exchange.Time.GetTimestamp());
        var reply = await next(exchange, cancellationToken);
        if (exchange.Route?.Pattern == WalkPage.Path) return reply;
        var timing = TimingOf(reply);
        exchange.WhenSent += sent => Add(new WalkedRequest(
            arrived, Printable.Excerpt(exchange.Method, MaxMethod), Printable.Excerpt(exchange.RawUrl, MaxPath), sent.Status, sent.Whole,
            sent.Bytes, exchange.Time.GetElapsedTime(started), timing));
        return reply;
    };

    /// <summary>
    /// Those that are remembered, the newest first. They were added as they ended, which is another order: the client may have asked
    /// again, and been answered, before the end of its first reply has been told.
    /// </summary>
    public IReadOnlyList<WalkedRequest> NewestFirst()
    {
        lock (gate) return [.. requests.OrderByDescending(request => request.Time)];
    }

    void Add(WalkedRequest request)
    {
        lock (gate)
        {
            if (requests.Count == capacity) requests.Dequeue();
            requests.Enqueue(request);
        }
    }

    static string? TimingOf(Reply reply)
    {
        var fields = reply.Headers.Where(field => field.Name.Equals("Server-Timing", StringComparison.OrdinalIgnoreCase));
        var timing = string.Join(", ", fields.Select(field => field.Value));
        return timing.Length == 0 ? null : Printable.Excerpt(timing, MaxTiming);
    }
}
