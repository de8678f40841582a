// What a bare HttpListener does by itself: the facts of docs/inside/httplistener.md that the kernel is built around. Where a new
// runtime mends one, its test fails, and what was built around it may go.

using System.Net;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class HttpListenerFactsSpecs
{
    static readonly string Get = RawClient.Request("GET", "/");

    [TestMethod, Timeout(60_000)]
    public async Task A_stop_invents_a_reply_for_a_request_nobody_has_answered()
    {
        using var listener = Listen(out var url);
        using var client = await RawClient.ConnectAsync(url);
        await client.SendAsync(Get);
        await listener.GetContextAsync();

        listener.Stop();

        StringAssert.StartsWith(await client.ReadToEndAsync(), "HTTP/1.1 200 OK\r\n", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Giving_up_before_the_first_byte_sends_a_200()
    {
        using var listener = Listen(out var url);
        var (client, context) = await AskAsync(listener, url, Get);

        context.Response.Abort();

        Assert.AreEqual(200, (await client.ReadReplyAsync())?.Status);
        client.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Giving_up_within_a_chunked_body_completes_it()
    {
        using var listener = Listen(out var url);
        var (client, context) = await AskAsync(listener, url, Get);
        context.Response.SendChunked = true;
        await context.Response.OutputStream.WriteAsync("half of"u8.ToArray());

        context.Response.Abort();

        var reply = await client.ReadReplyAsync();
        Assert.AreEqual("half of", reply?.Text);
        Assert.IsTrue(reply!.Whole, "it can be told from a whole one now");
        client.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Reading_a_body_ignores_its_token()
    {
        using var listener = Listen(out var url);
        var (client, context) = await AskAsync(listener, url, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n");
        using var source = new CancellationTokenSource();
        var reading = context.Request.InputStream.ReadAsync(new byte[2], source.Token).AsTask();

        await source.CancelAsync();
        await client.SendAsync("x");

        Assert.AreEqual(1, await reading);
        client.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_body_without_a_length_is_refused_and_handed_over_all_the_same()
    {
        using var listener = Listen(out var url);

        var (client, context) = await AskAsync(listener, url, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

        Assert.AreEqual(411, (await client.ReadReplyAsync())?.Status);
        Assert.Throws<Exception>(() => context.Request.RemoteEndPoint.Address);
        client.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Two_lengths_at_once_are_taken()
    {
        using var listener = Listen(out var url);
        const string Head = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n";

        var (client, context) = await AskAsync(listener, url, $"{Head}0\r\n\r\n");

        Assert.AreEqual("5", context.Request.Headers["Content-Length"]);
        Assert.AreEqual("chunked", context.Request.Headers["Transfer-Encoding"]);
        client.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_parsed_address_is_not_what_was_sent()
    {
        using var listener = Listen(out var url);

        var (client, context) = await AskAsync(listener, url, RawClient.Request("GET", "/a/../%2e%2e/b%2Fc"));

        Assert.AreEqual("/a/../%2e%2e/b%2Fc", context.Request.RawUrl);
        Assert.AreEqual("/b%2Fc", context.Request.Url?.AbsolutePath);
        client.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_body_for_HEAD_goes_out()
    {
        using var listener = Listen(out var url);
        var (client, context) = await AskAsync(listener, url, RawClient.Request("HEAD", "/"));
        context.Response.KeepAlive = false;
        context.Response.ContentLength64 = 4;

        await context.Response.OutputStream.WriteAsync("body"u8.ToArray());
        context.Response.Close();

        StringAssert.EndsWith(await client.ReadToEndAsync(), "\r\n\r\nbody", StringComparison.Ordinal);
        client.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_204_gets_a_length_nobody_set()
    {
        using var listener = Listen(out var url);
        var (client, context) = await AskAsync(listener, url, Get);
        context.Response.StatusCode = 204;

        context.Response.Close();

        Assert.AreEqual("0", (await client.ReadReplyAsync())?.Header("Content-Length"));
        client.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Chunks_for_a_client_of_HTTP_1_0_are_refused()
    {
        using var listener = Listen(out var url);
        var (client, context) = await AskAsync(listener, url, "GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");

        Assert.ThrowsExactly<ProtocolViolationException>(() => context.Response.SendChunked = true);
        client.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Keep_alive_ends_with_the_101st_reply()
    {
        using var listener = Listen(out var url);
        using var client = await RawClient.ConnectAsync(url);

        var answered = 0;
        for (RawReply? reply = null; reply?.Header("Connection") != "close"; answered++)
        {
            await client.SendAsync(Get);
            var context = await listener.GetContextAsync();
            context.Response.ContentLength64 = 0;
            context.Response.Close();
            reply = await client.ReadReplyAsync();
        }

        Assert.AreEqual(101, answered);
    }

    [TestMethod]
    [DataRow("127.0.0.1", 0, DisplayName = "port 0")]
    [DataRow("0.0.0.0", 1, DisplayName = "the address of all addresses")]
    [DataRow("[::1]", 8080, DisplayName = "IPv6")]
    public void Some_addresses_are_refused(string host, int port)
    {
        using var listener = new HttpListener();

        Assert.Throws<Exception>(() =>
        {
            listener.Prefixes.Add($"http://{host}:{port}/");
            listener.Start();
        });
    }

    static HttpListener Listen(out Uri url)
    {
        url = new Uri($"http://127.0.0.1:{Ports.Free()}/");
        var listener = new HttpListener();
        listener.Prefixes.Add(url.ToString());
        listener.Start();
        return listener;
    }

    static async Task<(RawClient Client, HttpListenerContext Context)> AskAsync(HttpListener listener, Uri url, string request)
    {
        var client = await RawClient.ConnectAsync(url);
        await client.SendAsync(request);
        return (client, await listener.GetContextAsync());
    }
}
