// Header lines that mean one thing to HttpListener and another to a proxy in front: each is refused with 400, once, and the
// connection ends, because nobody can say where the next request on it begins.

using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class RawHeadSpecs
{
    const string Get = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    /// <summary>HttpListener refuses these by itself, and properly.</summary>
    const string Listener = "<h1>Bad Request";
    const string Post = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n";

    [TestMethod, Timeout(30_000)]
    [DataRow($"{Get}X : y\r\n\r\n", "before the colon", DisplayName = "a blank before the colon")]
    [DataRow($"{Get}X\t: y\r\n\r\n", "before the colon", DisplayName = "a tab before the colon")]
    [DataRow($"{Post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "before the colon", DisplayName = "a coding before a blank")]
    [DataRow($"{Post}Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n", "control", DisplayName = "a coding behind a vertical tab")]
    [DataRow($"{Post}Content-Length : 1\r\n\r\nx", "before the colon", DisplayName = "a length before a blank")]
    [DataRow($"{Post}Content-Length: +1\r\n\r\nx", Listener, DisplayName = "a length with a sign")]
    [DataRow($"{Get}X: a\r\n b\r\n\r\n", Listener, DisplayName = "a folded line")]
    [DataRow($"{Get}X: a\r\n\tb: c\r\n\r\n", "folded", DisplayName = "a line folded with a tab")]
    [DataRow($"{Get}Host: 127.0.0.1\r\n\r\n", "two Host", DisplayName = "two Hosts")]
    [DataRow($"{Get}hOST: localhost\r\n\r\n", "two Host", DisplayName = "two Hosts in other letters")]
    [DataRow($"{Get}X: a\0b\r\n\r\n", Listener, DisplayName = "NUL")]
    [DataRow($"{Get}X: a\u007fb\r\n\r\n", Listener, DisplayName = "DEL")]
    [DataRow($"{Get}X: a\rY: b\r\n\r\n", "control", DisplayName = "a bare CR")]
    [DataRow("GET / HTTP/1.1\r\n X: a\r\nHost: 127.0.0.1\r\n\r\n", "folded", DisplayName = "a blank before the first field")]
    [DataRow($"{Get}X(y): a\r\n\r\n", Listener, DisplayName = "a name that is no token")]
    public async Task A_header_that_RFC_9112_forbids_gets_one_400_and_its_connection_ends(string request, string why)
    {
        await using var server = Start();
        using var client = await RawClient.ConnectAsync(server.Url);

        await client.SendAsync(request);
        var reply = await client.ReadReplyAsync();
        var rest = await client.ReadToEndAsync();

        Assert.AreEqual(400, reply?.Status);
        Assert.AreEqual("close", reply!.Header("Connection"));
        StringAssert.Contains(reply.Text, why, StringComparison.Ordinal);
        Assert.AreEqual("", rest);
    }

    [TestMethod, Timeout(30_000)]
    [DataRow($"{Get}\r\n", DisplayName = "a plain one")]
    [DataRow("\r\nGET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", DisplayName = "an empty line before it")]
    [DataRow("GET / HTTP/1.1\nHost: 127.0.0.1\n\n", DisplayName = "bare LF")]
    [DataRow($"{Get}X:y\r\nEmpty:\r\nTabs:\ta\tb\t\r\nX-1_2.3: \u00e9\r\n\r\n", DisplayName = "all that is allowed")]
    [DataRow($"{Post}Content-Length:  1 \r\n\r\nx", DisplayName = "blanks around a length")]
    public async Task A_header_as_it_should_be_is_answered(string request)
    {
        await using var server = Start();
        using var client = await RawClient.ConnectAsync(server.Url);

        await client.SendAsync(request);
        var reply = await client.ReadReplyAsync();

        Assert.AreEqual(200, reply?.Status, reply?.Text);
        Assert.AreNotEqual("close", reply!.Header("Connection"));
    }

    [TestMethod, Timeout(30_000)]
    [DataRow($"{Get}\r\n{Get}\r\n", DisplayName = "a second request")]
    [DataRow($"{Post}Content-Length: 1\r\n\r\nx{Get}\r\n", DisplayName = "a second request behind a body")]
    public async Task Bytes_behind_a_request_are_answered_by_a_close(string requests)
    {
        await using var server = Start();
        using var client = await RawClient.ConnectAsync(server.Url);

        await client.SendAsync(requests);
        var first = await client.ReadReplyAsync();

        Assert.AreEqual(200, first?.Status);
        Assert.AreEqual("close", first!.Header("Connection"));
        Assert.AreEqual("", await client.ReadToEndAsync());
    }

    [TestMethod]
    [DataRow("ked : x\r\nA: b\r\n\r\n", null, DisplayName = "the rest of a line that cannot be judged")]
    [DataRow(" HTTP/1.1\r\nA : b\r\n\r\n", "before the colon", DisplayName = "a line behind it")]
    [DataRow("ked\r\nHost: a\r\n\r\n", null, DisplayName = "one Host")]
    [DataRow("", null, DisplayName = "nothing")]
    public void Where_the_beginning_is_missing_the_rest_is_judged(string head, string? why)
    {
        var wrong = RawHead.WrongWith(Encoding.Latin1.GetBytes(head));

        if (why is null) Assert.IsNull(wrong);
        else StringAssert.Contains(wrong!, why, StringComparison.Ordinal);
    }

    static HttpServer Start() => Kernel.Start(
        new CapturedLog(),
        Kernel.Get("/", Reply.Text("got")),
        new Route("POST", "/", async (exchange, stop) => Reply.Text($"{(await exchange.Body.ReadAsync(stop)).Length}")));
}
