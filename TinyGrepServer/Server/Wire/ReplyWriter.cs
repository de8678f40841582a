// The one place that touches HttpListenerResponse. It owns status, header fields, length, HEAD and chunking, because
// HttpListener checks none of them: a HEAD body or a byte beyond Content-Length goes out as written.

using System.Net;

namespace TinyGrepServer.Server;

/// <summary>What became of a reply.</summary>
/// <param name="Status">The status that went out.</param>
/// <param name="Bytes">Body bytes handed to the connection.</param>
/// <param name="Whole">False where the client left or the body broke off.</param>
internal readonly record struct Sent(int Status, long Bytes, bool Whole);

/// <summary>Writes replies.</summary>
internal sealed class ReplyWriter(ServerSettings options)
{
    /// <summary>Writes the reply and closes the response; a connection that cannot be kept in step is dropped.</summary>
    /// <param name="stopping">Cancelled when the server is forced to stop.</param>
    /// <exception cref="Exception">What a streamed body threw; the connection has been dropped then.</exception>
    public async Task<Sent> WriteAsync(HttpListenerContext context, Exchange exchange, Reply reply, CancellationToken stopping)
    {
        var connection = new ClientConnection(context);
        var written = 0L;
        try
        {
            var keep = await exchange.Body.SkipRestAsync();
            if (exchange.Method == "HEAD" && reply.Stream is { } stream && reply.StreamLength is null)
                reply = reply with { StreamLength = await MeasureAsync(stream, stopping) };
            SetHead(context.Response, exchange, reply, keep && !reply.Close && !exchange.WantsClose);
            if (exchange.Method != "HEAD" && (reply.Stream is not null || reply.Body.Length > 0))
                written = await WriteBodyAsync(context.Response, connection, reply, stopping);
            context.Response.Close();
            return new Sent(reply.Status, written, Whole: true);
        }
        catch (Exception gone) when (gone is ClientGoneException or HttpListenerException or ObjectDisposedException or IOException)
        {
            Abandon(context, connection);
            return new Sent(reply.Status, written, Whole: false);
        }
        catch
        {
            Abandon(context, connection);
            throw;
        }
        finally
        {
            if (reply.Owner is { } owner) await owner.DisposeAsync();
        }
    }

    static void SetHead(HttpListenerResponse response, Exchange exchange, Reply reply, bool keepAlive)
    {
        response.StatusCode = reply.Status;
        response.StatusDescription = StatusCode.Name(reply.Status);
        response.Headers["Server"] = "TinyGrepServer";
        response.Headers["X-Content-Type-Options"] = "nosniff";
        response.Headers["X-Request-Id"] = exchange.RequestId;
        if (System.Diagnostics.Activity.Current?.Id is { } trace) response.Headers["traceparent"] = trace;
        if (reply.ContentType is { } type) response.ContentType = type;
        foreach (var (name, value) in reply.Headers) response.Headers.Add(name, value);
        if (!keepAlive) response.KeepAlive = false;
        if (reply.Stream is null) response.ContentLength64 = reply.Body.Length;
        else if (reply.StreamLength is { } length) response.ContentLength64 = length;
        else response.SendChunked = true;
    }

    async Task<long> WriteBodyAsync(HttpListenerResponse response, ClientConnection connection, Reply reply, CancellationToken stopping)
    {
        if (reply.Stream is not null || reply.Body.Length > 64 << 10) connection.SendAtOnce();
        var patience = reply.Stream is null ? CancellationToken.None : stopping; // a forced stop still has its 503 to send
        await using var output = new TimedStream(response.OutputStream, connection, options.WriteTimeout, patience);
        if (reply.Stream is null) await output.WriteAsync(reply.Body, patience);
        else await reply.Stream(output, patience);
        if (reply.StreamLength is { } promised && promised != output.Written)
            throw new IOException($"The body has {output.Written} bytes of the {promised} promised.");
        return output.Written;
    }

    /// <summary>The length a streamed body would have: the only way to give HEAD the header fields of GET.</summary>
    static async Task<long> MeasureAsync(BodyStream stream, CancellationToken stopping)
    {
        await using var count = new CountingStream();
        await stream(count, stopping);
        return count.Written;
    }

    /// <summary>Drops the connection first: HttpListener's own way of giving up would complete the body or invent a 200.</summary>
    static void Abandon(HttpListenerContext context, ClientConnection connection)
    {
        connection.Drop();
        try
        {
            context.Response.Abort();
        }
        catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // It was gone already.
        }
    }
}
