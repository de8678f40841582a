// A request body, read with a byte limit and a time limit, never unbounded. Its memory grows with what has arrived, whatever length
// was announced, and counts against the budget that all bodies share. HttpListener's body stream ignores its cancellation token, so each
// read is awaited with a timeout from outside and then abandoned.

using System.Net;

namespace TinyGrepServer.Server;

/// <summary>The body of a request.</summary>
public sealed class RequestBody
{
    const int FirstBytes = 4 << 10;
    const int RestLimit = 8 << 20;
    static readonly TimeSpan RestTimeout = TimeSpan.FromSeconds(1);

    readonly HttpListenerRequest request;
    readonly ServerSettings options;
    readonly TimeProvider time;
    readonly BodyBudget budget;
    ReadOnlyMemory<byte>? whole;
    int taken;
    bool ended;

    internal RequestBody(HttpListenerRequest request, ServerSettings options, TimeProvider time, BodyBudget budget)
    {
        this.request = request;
        this.options = options;
        this.time = time;
        this.budget = budget;
        ended = !request.HasEntityBody;
    }

    /// <summary>The whole body, at most <see cref="ServerSettings.MaxBodyBytes"/> long.</summary>
    /// <exception cref="ApiError">
    /// 413 where it is longer, 408 where it takes longer than <see cref="ServerSettings.BodyTimeout"/>, 400 where it breaks off, 503
    /// where the bodies of other requests leave no memory for it.
    /// </exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        if (whole is { } known) return known;
        if (ended) return ReadOnlyMemory<byte>.Empty;
        if (request.ContentLength64 > options.MaxBodyBytes) throw TooLarge();
        var started = time.GetTimestamp();
        var announced = request.ContentLength64 >= 0;
        var max = announced ? request.ContentLength64 : options.MaxBodyBytes + 1L; // one more, to see that it is too long
        byte[] buffer = [];
        var length = 0;
        while (true)
        {
            if (length == max && announced) break;
            if (length == max) throw TooLarge();
            if (length == buffer.Length) Grow(ref buffer, max);
            var left = options.BodyTimeout - time.GetElapsedTime(started);
            var read = await ReadSomeAsync(buffer.AsMemory(length), left, cancellationToken);
            if (read == 0) break;
            length += read;
        }
        ended = true;
        whole = buffer.AsMemory(0, length);
        return whole.Value;
    }

    /// <summary>Refuses a body that is declared to be something else than JSON; none declared is taken as JSON.</summary>
    /// <exception cref="ApiError">415.</exception>
    public void MustBeJson()
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        if (!string.IsNullOrEmpty(type)
            && !type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && !type.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
        {
            var detail = $"The body must be JSON (Content-Type: application/json), not {Printable.Excerpt(type, 100)}.";
            throw new ApiError(415, detail, ("Accept", "application/json"));
        }
        if (request.Headers["Content-Encoding"] is { } coding && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            var detail = $"The body must not be compressed (Content-Encoding: {Printable.Excerpt(coding, 100)}).";
            throw new ApiError(415, detail, ("Accept-Encoding", "identity"));
        }
    }

    /// <summary>
    /// Reads what a refused request still sends, within bounds, so that its client gets to read the reply.
    /// Closing a socket with unread bytes would reset it; HttpListener's own draining blocks a thread.
    /// </summary>
    /// <returns>True where the body has been read to its end.</returns>
    internal async Task<bool> SkipRestAsync()
    {
        if (ended) return true;
        var buffer = new byte[16 << 10];
        var started = time.GetTimestamp();
        try
        {
            for (var skipped = 0L; skipped < RestLimit;)
            {
                var read = await ReadSomeAsync(buffer, RestTimeout - time.GetElapsedTime(started), CancellationToken.None);
                if (read == 0) return ended = true;
                skipped += read;
            }
        }
        catch (ApiError)
        {
            // Too slow or broken off: the connection closes after the reply.
        }
        return false;
    }

    /// <summary>Gives its memory back; the body is not to be used any more.</summary>
    internal void Release()
    {
        budget.Give(taken);
        taken = 0;
    }

    void Grow(ref byte[] buffer, long max)
    {
        var larger = (int)Math.Min(Math.Min(max, Array.MaxLength), Math.Max(FirstBytes, 2L * buffer.Length));
        budget.Take(larger - taken);
        taken = larger;
        Array.Resize(ref buffer, larger);
    }

    async Task<int> ReadSomeAsync(Memory<byte> buffer, TimeSpan left, CancellationToken cancellationToken)
    {
        try
        {
            if (left <= TimeSpan.Zero) throw new TimeoutException();
            var reading = request.InputStream.ReadAsync(buffer, cancellationToken);
            return reading.IsCompleted ? await reading : await reading.AsTask().WaitAsync(left, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new ApiError(408, $"The body did not arrive within {options.BodyTimeout.TotalSeconds:0.###} s.");
        }
        catch (Exception broken) when (broken is HttpListenerException or IOException or ObjectDisposedException)
        {
            throw ApiError.BadRequest("The body ended early or is not well-formed.");
        }
    }

    ApiError TooLarge() => new(413, $"The body is larger than {options.MaxBodyBytes} bytes.");
}
