// HTTP over a bare socket, for what HttpClient is too polite to send and too helpful to show: half requests, malformed
// ones, clients that do not read, and whether an answer was whole or cut.

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TinyGrepServer.Tests;

/// <param name="Head">Status line and header fields as received.</param>
/// <param name="Headers">Header fields; a repeated one is joined with commas.</param>
/// <param name="Whole">False where the connection ended before the length that was announced.</param>
internal sealed record RawReply(int Status, string Head, IReadOnlyDictionary<string, string> Headers, byte[] Body, bool Whole)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>One connection.</summary>
internal sealed class RawClient : IDisposable
{
    readonly Socket socket;
    readonly byte[] buffer = new byte[64 << 10];
    int start;
    int end;

    RawClient(Socket socket) => this.socket = socket;

    /// <param name="receiveBuffer">Bytes the kernel may hold for a client that does not read; null: its default.</param>
    public static async Task<RawClient> ConnectAsync(Uri url, int? receiveBuffer = null, string? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size) socket.ReceiveBufferSize = size;
        try
        {
            if (from is not null) socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            await socket.ConnectAsync(url.Host, url.Port);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        return new RawClient(socket);
    }

    /// <summary>A whole request; a body gets its Content-Length.</summary>
    public static string Request(string method, string target, string? body = null, params string[] headers)
    {
        var text = new StringBuilder($"{method} {target} HTTP/1.1\r\n");
        if (!headers.Any(header => header.StartsWith("Host:", StringComparison.Ordinal))) text.Append("Host: 127.0.0.1\r\n");
        foreach (var header in headers) text.Append(header).Append("\r\n");
        if (body is not null) text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        return text.Append("\r\n").Append(body).ToString();
    }

    /// <summary>Sends a request on a connection of its own and reads the answer.</summary>
    public static async Task<RawReply?> AskAsync(Uri url, string request)
    {
        using var client = await ConnectAsync(url);
        await client.TrySendAsync(request);
        return await client.ReadReplyAsync(request.StartsWith("HEAD ", StringComparison.Ordinal));
    }

    /// <summary>As <see cref="SendAsync(string)"/>, unless the server has closed the connection already.</summary>
    public async Task TrySendAsync(string text)
    {
        try
        {
            await SendAsync(text);
        }
        catch (SocketException)
        {
            // It was dropped or refused; an answer, if there is one, says why.
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> left)
    {
        while (!left.IsEmpty) left = left[await socket.SendAsync(left)..];
    }

    /// <summary>The next answer; null where the connection ended before its first byte.</summary>
    /// <param name="toHead">The request was HEAD: no body follows.</param>
    public async Task<RawReply?> ReadReplyAsync(bool toHead = false)
    {
        var (head, ended) = await ReadHeadAsync();
        if (head.Length == 0) return null;
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = lines.Skip(1)
            .Select(line => line.Split(':', 2))
            .GroupBy(pair => pair[0].Trim(), pair => pair[^1].Trim(), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(same => same.Key, same => string.Join(", ", same), StringComparer.OrdinalIgnoreCase);
        var body = new MemoryStream();
        var whole = ended && (toHead || status is < 200 or 204 or 304 || await ReadBodyAsync(headers, body));
        return new RawReply(status, head, headers, body.ToArray(), whole);
    }

    /// <summary>Status line and header fields, and whether their empty last line came.</summary>
    public async Task<(string Head, bool Ended)> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (await ReadLineAsync() is { } line)
        {
            head.Append(line);
            if (line == "\r\n") return (head.ToString(), true);
        }
        return (head.ToString(), false);
    }

    /// <summary>All bytes until the connection ends, in whatever way, or until they end in <paramref name="until"/>.</summary>
    public async Task<string> ReadToEndAsync(string? until = null)
    {
        var all = new MemoryStream();
        while (start < end || await FillAsync())
        {
            await all.WriteAsync(buffer.AsMemory(start..end));
            start = end;
            if (until is not null && all.GetBuffer().AsSpan(0, (int)all.Length).EndsWith(Encoding.Latin1.GetBytes(until))) break;
        }
        return Encoding.Latin1.GetString(all.ToArray());
    }

    /// <summary>Closes the sending half: nothing more will come, and the answer may still be read.</summary>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Leaves without a goodbye: the other side gets a reset.</summary>
    public void Vanish()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    async Task<bool> ReadBodyAsync(Dictionary<string, string> headers, MemoryStream body)
    {
        if (!headers.TryGetValue("Transfer-Encoding", out _))
        {
            if (headers.TryGetValue("Content-Length", out var length))
                return await CopyAsync(body, long.Parse(length, CultureInfo.InvariantCulture));
            await CopyAsync(body, long.MaxValue);
            return true; // the end of the connection is the end of the body
        }
        while (await ReadLineAsync() is { } line && line.EndsWith('\n'))
        {
            var size = long.Parse(line.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0) return await ReadLineAsync() == "\r\n";
            if (!await CopyAsync(body, size) || await ReadLineAsync() != "\r\n") return false;
        }
        return false;
    }

    async Task<bool> CopyAsync(MemoryStream to, long count)
    {
        while (count > 0)
        {
            if (start == end && !await FillAsync()) return false;
            var some = (int)Math.Min(count, end - start);
            await to.WriteAsync(buffer.AsMemory(start, some));
            start += some;
            count -= some;
        }
        return true;
    }

    /// <summary>A line with its end; what there is of it where the connection ends; null at the end.</summary>
    async Task<string?> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (start < end || await FillAsync())
        {
            var newline = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            var stop = newline < 0 ? end : newline + 1;
            line.Append(Encoding.Latin1.GetString(buffer, start, stop - start));
            start = stop;
            if (newline >= 0) return line.ToString();
        }
        return line.Length > 0 ? line.ToString() : null;
    }

    async Task<bool> FillAsync()
    {
        start = end = 0;
        try
        {
            end = await socket.ReceiveAsync(buffer.AsMemory());
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            return false; // a reset is an end, too, and so is our own leaving
        }
        return end > 0;
    }
}
