// A request has its time: a handler that takes longer is told to end, and its client gets a 504 that says how long it might take.

using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class DeadlineSpecs
{
    [TestMethod, Timeout(30_000)]
    public async Task A_handler_that_takes_too_long_is_ended_and_its_client_told()
    {
        var ended = new TaskCompletionSource();
        var settings = new Settings
        {
            Server = new ServerSettings { Port = 0, RequestTimeout = TimeSpan.FromMilliseconds(50) },
            Search = new SearchSettings { Folder = Path.Join(TestServer.Root, "dicts") },
            Log = new LogSettings { Level = Microsoft.Extensions.Logging.LogLevel.None },
        };
        await using var server = await TinyServer.StartAsync(settings, app => app.Map("GET", "/slow", async (_, stop) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                ended.SetResult();
            }
            return Reply.Text("too late");
        }));

        var reply = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/slow"));

        Assert.AreEqual(504, reply?.Status);
        StringAssert.Contains(reply!.Text, "0.05 s", StringComparison.Ordinal);
        await ended.Task;
    }
}
