// A client that leaves is noticed while its request runs, and what ran for it ends: nobody would read the answer.

using System.Diagnostics;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class LeaversSpecs
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    static readonly string Slow = RawClient.Request("GET", "/api/v1/search?q=slow");

    [TestMethod, Timeout(60_000)]
    [DataRow(true, DisplayName = "by a reset")]
    [DataRow(false, DisplayName = "by an end")]
    public async Task A_client_that_has_left_ends_its_grep_within_a_second(bool byReset)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(FakeGrep.In(folder, FakeGrep.SlowOnDemand), "--timeout", "60s");
        using var client = await RawClient.ConnectAsync(server.Url);
        await client.SendAsync(Slow);
        await Wait.UntilAsync(() => server.Children().Count == 1, "grep runs");

        using var still = new Standstill();
        var left = Stopwatch.GetTimestamp();
        if (byReset) client.Vanish();
        else client.Dispose();

        await Wait.UntilAsync(() => server.Children().Count == 0, "grep is gone");
        Assert.IsLessThan(Second + still.Longest, Stopwatch.GetElapsedTime(left));
        await Wait.UntilAsync(() => server.Log.Contains("/api/v1/search?q=slow 499 ", StringComparison.Ordinal), "the log says so");
        Assert.DoesNotContain("Unhandled", server.Log);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_client_that_has_left_in_mid_answer_ends_a_grep_that_is_silent()
    {
        using var folder = new TemporaryFolder();
        var environment = FakeGrep.In(folder, $"{FakeGrep.Real} \"$@\"\nexec {Programs.Find("sleep")} 60\n");
        await using var server = await TestServer.StartAsync(
            environment, "--dicts", BigDictionary.In(folder, mebibytes: 4), "--timeout", "60s");
        using var client = await RawClient.ConnectAsync(server.Url);
        await client.SendAsync(BigDictionary.NewRequest());
        await client.ReadHeadAsync();
        var reading = client.ReadToEndAsync();
        await Wait.UntilAsync(() => server.Children().Any(IsSleeping), "grep is silent");

        using var still = new Standstill();
        var left = Stopwatch.GetTimestamp();
        client.Vanish();

        await Wait.UntilAsync(() => server.Children().Count == 0, "grep is gone");
        Assert.IsLessThan(Second + still.Longest, Stopwatch.GetElapsedTime(left));
        await reading;
        Assert.DoesNotContain("broke off", server.Log);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_client_that_waits_is_let_be()
    {
        using var folder = new TemporaryFolder();
        var environment = FakeGrep.In(folder, $"sleep 2\nexec {FakeGrep.Real} \"$@\"\n");
        await using var server = await TestServer.StartAsync(environment);

        var reply = await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/api/v1/search?q=cache"));

        Assert.AreEqual(200, reply?.Status);
    }

    /// <summary>A known limit: it cannot be told from one who has left.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task A_client_that_has_closed_its_sending_half_waits_for_quick_answers_only()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(FakeGrep.In(folder, FakeGrep.SlowOnDemand), "--timeout", "60s");

        var quick = await AskAndEndAsync(server, RawClient.Request("GET", "/livez"));
        var slow = await AskAndEndAsync(server, Slow);

        Assert.AreEqual(200, quick?.Status);
        Assert.AreEqual(499, slow?.Status);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_client_that_has_sent_its_next_request_already_has_not_left()
    {
        using var folder = new TemporaryFolder();
        var environment = FakeGrep.In(folder, $"sleep 1\nexec {FakeGrep.Real} \"$@\"\n");
        await using var server = await TestServer.StartAsync(environment);
        using var client = await RawClient.ConnectAsync(server.Url);
        await client.SendAsync(RawClient.Request("GET", "/api/v1/search?q=cache"));
        await Wait.UntilAsync(() => server.Children().Count == 1, "grep runs");

        await client.SendAsync(RawClient.Request("GET", "/livez"));
        var first = await client.ReadReplyAsync();
        var second = await client.ReadReplyAsync();

        Assert.AreEqual(200, first?.Status);
        Assert.AreEqual("""{"status":"ok","checks":{}}""", second?.Text);
    }

    static bool IsSleeping(int id) => ProcessTable.CommandLine(id).EndsWith("60\0", StringComparison.Ordinal);

    static async Task<RawReply?> AskAndEndAsync(TestServer server, string request)
    {
        using var client = await RawClient.ConnectAsync(server.Url);
        await client.SendAsync(request);
        client.EndSending();
        return await client.ReadReplyAsync();
    }
}
