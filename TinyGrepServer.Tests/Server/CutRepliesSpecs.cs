// A reply that breaks off: was it the client that left, or the body's source that failed? Only the second is somebody's fault,
// and it is in the log, whatever the source threw. Both tell how much had gone out.

using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class CutRepliesSpecs
{
    [TestMethod, Timeout(30_000)]
    [DataRow(typeof(IOException)), DataRow(typeof(NullReferenceException)), DataRow(typeof(ObjectDisposedException))]
    [DataRow(typeof(InvalidOperationException)), DataRow(typeof(TimeoutException))]
    public async Task What_the_source_of_a_body_throws_is_logged(Type thrown)
    {
        var log = new CapturedLog();
        await using var server = Kernel.Start(log, Streaming("/cut", async (output, stop) =>
        {
            await output.WriteAsync(new byte[100], stop);
            throw Make(thrown);
        }));

        var reply = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/cut"));
        await server.DrainAsync();

        Assert.IsFalse(reply!.Whole);
        var error = log.Errors.Single();
        Assert.AreEqual(thrown, error.Thrown?.GetType());
        StringAssert.StartsWith(error.Text, "A reply broke off", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(30_000)]
    public async Task A_cut_reply_tells_how_much_was_written()
    {
        var log = new CapturedLog();
        await using var server = Kernel.Start(log, Streaming("/cut", async (output, stop) =>
        {
            await output.WriteAsync(new byte[100], stop);
            await output.WriteAsync(new byte[23], stop);
            throw new IOException("The disk has gone.");
        }));

        var reply = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/cut"));
        await server.DrainAsync();

        var line = AccessLine(log);
        Assert.HasCount(123, reply!.Body);
        StringAssert.StartsWith(line, "GET /cut 200 123 B ", StringComparison.Ordinal);
        StringAssert.EndsWith(line, " cut", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(30_000)]
    public async Task A_body_shorter_than_promised_is_logged()
    {
        var log = new CapturedLog();
        var reply = new Reply { StreamLength = 1_000, Stream = (output, stop) => output.WriteAsync(new byte[10], stop).AsTask() };
        await using var server = Kernel.Start(log, Kernel.Get("/short", reply));

        await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/short"));
        await server.DrainAsync();

        Assert.AreEqual("The body has 10 bytes of the 1000 promised.", log.Errors.Single().Thrown?.Message);
        StringAssert.StartsWith(AccessLine(log), "GET /short 200 10 B ", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(30_000)]
    public async Task A_client_that_leaves_is_no_fault_of_anybody()
    {
        var (log, started) = (new CapturedLog(), new TaskCompletionSource());
        await using var server = Kernel.Start(log, Streaming("/endless", async (output, stop) =>
        {
            while (true)
            {
                await output.WriteAsync(new byte[64 << 10], stop);
                started.TrySetResult();
            }
        }));
        using var client = await RawClient.ConnectAsync(server.Url, receiveBuffer: 4_096);
        await client.SendAsync(RawClient.Request("GET", "/endless"));
        await started.Task;

        client.Vanish();
        await server.DrainAsync();

        var line = AccessLine(log);
        Assert.IsEmpty(log.Errors);
        StringAssert.EndsWith(line, " cut", StringComparison.Ordinal);
        Assert.IsFalse(line.Contains(" 0 B ", StringComparison.Ordinal), line);
    }

    static Exception Make(Type type) =>
        type == typeof(ObjectDisposedException) ? new ObjectDisposedException("source") : (Exception)Activator.CreateInstance(type)!;

    static string AccessLine(CapturedLog log) => log.Lines.Single(line => line.Text.StartsWith("GET ", StringComparison.Ordinal)).Text;

    static Route Streaming(string pattern, BodyStream body) => Kernel.Get(pattern, new Reply { Stream = body });
}
