// What a handler of somebody else may give back wrongly: its client gets an answer, its connection stays in step, the log has it.

using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class OwnRepliesSpecs
{
    static readonly Route Alive = Kernel.Get("/alive", Reply.Text("alive"));

    [TestMethod, Timeout(60_000)]
    [DataRow(204, false)]
    [DataRow(204, true)]
    [DataRow(205, false)]
    [DataRow(304, false)]
    [DataRow(304, true)]
    public async Task A_body_where_the_status_has_none_is_left_out_and_logged(int status, bool streamed)
    {
        var log = new CapturedLog();
        var body = "a body"u8.ToArray();
        var reply = streamed
            ? new Reply { Status = status, Stream = (output, stop) => output.WriteAsync(body, stop).AsTask(), StreamLength = body.Length }
            : new Reply { Status = status, Body = body };
        await using var server = Kernel.Start(log, Alive, Kernel.Get("/wrong", reply));
        using var client = await RawClient.ConnectAsync(server.Url);

        await client.SendAsync(RawClient.Request("GET", "/wrong"));
        var answer = await client.ReadReplyAsync();
        await client.SendAsync(RawClient.Request("GET", "/alive"));
        var next = await client.ReadReplyAsync();

        Assert.AreEqual(status, answer?.Status);
        Assert.AreEqual("alive", next?.Text);
        StringAssert.Contains(log.Errors.Single().Text, $"{status}", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_handler_that_gives_no_reply_is_a_500()
    {
        var log = new CapturedLog();
        await using var server = Kernel.Start(
            log, new Route("GET", "/none", (_, _) => Task.FromResult<Reply>(null!)), new Route("GET", "/less", (_, _) => null!));

        var none = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/none"));
        var less = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/less"));

        Assert.AreEqual((500, 500), (none?.Status, less?.Status));
        Assert.HasCount(2, log.Errors.ToList());
        Assert.AreEqual("The reply cannot be sent: the handler gave none.", log.Errors.First().Thrown?.Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_the_outermost_middleware_throws_is_answered_like_what_a_handler_throws()
    {
        var log = new CapturedLog();
        Middleware tracing = next => (exchange, stop) => exchange.Path switch
        {
            "/fails" => throw new InvalidOperationException("the tracing's own fault"),
            "/refused" => throw new ApiError(429, "Too often."),
            _ => next(exchange, stop),
        };
        await using var server = HttpServer.Create(new ServerSettings { Port = 0 }, _ => [Alive], [], log, tracing);
        server.Start();

        var failed = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/fails"));
        var refused = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/refused"));
        var next = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/alive"));

        Assert.AreEqual((500, 429, 200), (failed?.Status, refused?.Status, next?.Status));
        Assert.AreEqual("the tracing's own fault", log.Errors.Single().Thrown?.Message);
        Assert.IsTrue(log.Lines.Any(line => line.Text.StartsWith("GET /fails 500", StringComparison.Ordinal)), "the access log has it");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("X-Wrong", "a\r\nSet-Cookie: b")]
    [DataRow("X-Wrong", "a\nb")]
    [DataRow("X-Wrong", "a\rb")]
    [DataRow("X-Wrong", "a\0b")]
    [DataRow("X-Wrong", "a\u007fb")]
    [DataRow("X-Wrong", "a – b")]
    [DataRow("X-Wrong", null)]
    [DataRow("X Wrong", "a")]
    [DataRow("X-Wrong:", "a")]
    [DataRow("", "a")]
    [DataRow("Content-Length", "3")]
    [DataRow("Transfer-Encoding", "chunked")]
    [DataRow("Connection", "close")]
    [DataRow("Content-Type", "text/plain\n")]
    public async Task A_field_that_cannot_be_sent_is_a_500_with_its_name_in_the_log(string name, string? value)
    {
        var log = new CapturedLog();
        var reply = name == "Content-Type" ? Reply.Text("x", value!) : Reply.Text("x").With(name, value!);
        await using var server = Kernel.Start(log, Kernel.Get("/wrong", reply));

        var answer = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/wrong"));

        Assert.AreEqual(500, answer?.Status);
        Assert.IsNull(answer!.Header("Set-Cookie"));
        StringAssert.Contains(log.Errors.Single().Thrown?.Message, name, StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(0)]
    [DataRow(101)]
    [DataRow(999)]
    [DataRow(-1)]
    public async Task A_status_that_HTTP_does_not_have_is_a_500(int status)
    {
        await using var server = Kernel.Start(new CapturedLog(), Kernel.Get("/wrong", new Reply { Status = status }));

        var answer = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/wrong"));

        Assert.AreEqual(500, answer?.Status);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_refusal_with_a_field_that_cannot_be_sent_is_a_500_as_well()
    {
        var log = new CapturedLog();
        Handler refuse = (_, _) => throw new ApiError(409, "No.", ("X-Wrong", "a\r\nb"));
        await using var server = Kernel.Start(log, new Route("GET", "/wrong", refuse));

        var answer = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/wrong"));

        Assert.AreEqual(500, answer?.Status);
        StringAssert.Contains(log.Errors.Single().Thrown?.Message, "X-Wrong", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task HEAD_of_a_stream_does_not_make_it()
    {
        var made = 0;
        BodyStream stream = (_, _) =>
        {
            Interlocked.Increment(ref made);
            return Task.CompletedTask;
        };
        await using var server = Kernel.Start(new CapturedLog(), Alive, Kernel.Get("/stream", new Reply { Stream = stream }));
        using var client = await RawClient.ConnectAsync(server.Url);

        await client.SendAsync(RawClient.Request("HEAD", "/stream"));
        var head = await client.ReadReplyAsync(toHead: true);
        await client.SendAsync(RawClient.Request("GET", "/alive"));

        Assert.AreEqual((200, null), (head?.Status, head?.Header("Content-Length")));
        Assert.AreEqual("alive", (await client.ReadReplyAsync())?.Text);
        Assert.AreEqual(0, made);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_reply_with_a_tag_has_conditions_and_ranges_without_a_word_of_its_handler()
    {
        var text = Reply.Text("0123456789").With("ETag", "\"a\"");
        var body = "0123456789"u8.ToArray();
        BodyStream Part(long first, long length) =>
            (output, stop) => output.WriteAsync(body.AsMemory((int)first, (int)length), stop).AsTask();
        var stream = text with { Body = default, Stream = Part(0, 10), StreamLength = 10 };
        await using var server = Kernel.Start(
            new CapturedLog(),
            Kernel.Get("/text", text), Kernel.Get("/parts", stream with { StreamPart = Part }), Kernel.Get("/whole", stream));

        foreach (var (path, status, rest) in new[] { ("/text", 206, "34"), ("/parts", 206, "34"), ("/whole", 200, "0123456789") })
        {
            var part = await RawClient.AskAsync(server.Url, RawClient.Request("GET", path, null, "Range: bytes=3-4"));
            var known = await RawClient.AskAsync(server.Url, RawClient.Request("GET", path, null, "If-None-Match: \"a\""));
            var other = await RawClient.AskAsync(server.Url, RawClient.Request("GET", path, null, "If-Match: \"b\""));

            Assert.AreEqual((status, rest), (part?.Status, part?.Text), path);
            Assert.AreEqual((304, "10"), (known?.Status, known?.Header("Content-Length")), path);
            Assert.AreEqual(412, other?.Status, path);
        }
    }

    [TestMethod]
    public void This_runtime_lets_a_reply_say_no_length() => Assert.IsTrue(HttpListenerFields.CanLeaveLengthUnsaid);
}
