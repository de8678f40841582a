// The one place that touches HttpListenerResponse. It owns status, header fields, length, HEAD and chunking, because
// HttpListener checks none of them: a HEAD body or a byte beyond Content-Length goes out as written. It keeps two kinds of
// trouble apart: the connection failed (the client has left, which is normal) or the body's source did (an error to log).

using System.Diagnostics;
using System.Net;

namespace TinyGrepServer.Server;

/// <summary>What became of a reply.</summary>
/// <param name="Status">The status that went out.</param>
/// <param name="Bytes">Body bytes handed to the connection, also where the body was cut.</param>
/// <param name="Whole">False where the client left or the body broke off.</param>
/// <param name="Failure">What the body's source threw; null where the reply is whole, or only the client has gone.</param>
internal readonly record struct Sent(int Status, long Bytes, bool Whole, Exception? Failure = null);

/// <summary>Writes replies.</summary>
internal sealed class ReplyWriter(ServerSettings options, TimeProvider time)
{
    /// <summary>A larger body takes several writes.</summary>
    const int OneWrite = 64 << 10;

    /// <summary>Writes the reply and closes the response; a connection that cannot be kept in step is dropped.</summary>
    /// <param name="stopping">Cancelled when the client leaves and when the server is forced to stop.</param>
    public async Task<Sent> WriteAsync(HttpListenerContext context, Exchange exchange, Reply reply, CancellationToken stopping)
    {
        var connection = new ClientConnection(context);
        TimedStream? output = null;
        try
        {
            var keep = await exchange.Body.SkipRestAsync();
            ClientGoneException.Guard(() => SetHead(context.Response, exchange, reply, keep && !reply.Close && !exchange.WantsClose));
            if (HasBody(exchange, reply) && (reply.Stream is not null || reply.Body.Length > 0))
            {
                var limit = reply.Stream is null ? CancellationToken.None : stopping; // a forced stop still has its 503 to send
                var wire = ClientGoneException.Guard(() => context.Response.OutputStream);
                output = new TimedStream(wire, connection, options, time, limit);
                await using (output) await WriteBodyAsync(output, connection, reply, limit);
            }
            ClientGoneException.Guard(context.Response.Close);
            return new Sent(reply.Status, output?.Written ?? 0, Whole: true);
        }
#pragma warning disable CA1031 // Whatever the source of a body throws, its connection is dropped; HttpServer logs what is returned.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            Abandon(context, connection);
            return new Sent(reply.Status, output?.Written ?? 0, Whole: false, thrown is ClientGoneException ? null : thrown);
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
        if (Activity.Current?.Id is { } trace) response.Headers["traceparent"] = trace;
        if (reply.ContentType is { } type) response.ContentType = type;
        foreach (var (name, value) in reply.Headers) response.Headers.Add(name, value);
        var isFramed = SetFraming(response, exchange, reply); // also where the connection closes: a cut body must not look whole
        if (!keepAlive || !isFramed) response.KeepAlive = false;
    }

    static bool HasBody(Exchange exchange, Reply reply) => exchange.Method != "HEAD" && !SoundReplies.HasNoBody(reply.Status);

    /// <summary>
    /// How the client finds the end of the body. HEAD of a stream of unknown length says none, and nothing is made to measure it
    /// (RFC 9110, section 9.3.2).
    /// </summary>
    /// <returns>False where only the end of the connection says it, or the client does not keep the connection anyway.</returns>
    static bool SetFraming(HttpListenerResponse response, Exchange exchange, Reply reply)
    {
        var isNeverSaid = reply.Status == 204 || (reply.Status == 304 && reply.StreamLength is null); // RFC 9110, section 8.6
        if (isNeverSaid) return HttpListenerFields.LeaveLengthUnsaid(response) && exchange.KeepsAlive;
        if (reply.StreamLength is { } length) response.ContentLength64 = length;
        else if (reply.Stream is null) response.ContentLength64 = reply.Body.Length;
        else if (exchange.Method == "HEAD") return HttpListenerFields.LeaveLengthUnsaid(response) && exchange.KeepsAlive;
        else if (exchange.IsHttp10) return false; // knows no chunks
        else response.SendChunked = true;
        return exchange.KeepsAlive;
    }

    static async Task WriteBodyAsync(TimedStream output, ClientConnection connection, Reply reply, CancellationToken cancellationToken)
    {
        if (reply.Stream is not null || reply.Body.Length > OneWrite) connection.SendAtOnce();
        if (reply.Stream is null) await output.WriteAsync(reply.Body, cancellationToken);
        else await reply.Stream(output, cancellationToken);
        if (reply.StreamLength is { } promised && promised != output.Written)
            throw new InvalidOperationException($"The body has {output.Written} bytes of the {promised} promised.");
    }

    /// <summary>Drops the connection first: HttpListener's own way of giving up would complete the body or invent a 200.</summary>
    static void Abandon(HttpListenerContext context, ClientConnection connection)
    {
        connection.Drop();
        try
        {
            context.Response.Abort();
        }
        catch (Exception gone) when (ClientGoneException.IsMeantBy(gone))
        {
            // It was gone already.
        }
    }
}
