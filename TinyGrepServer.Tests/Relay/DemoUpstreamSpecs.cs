// The demo upstream: its shares, its seed, and that it stops as the server does.

using System.Diagnostics;
using System.Net;
using TinyGrepServer.Relay;

namespace TinyGrepServer.Tests.Relay;

[TestClass]
public sealed class DemoUpstreamSpecs
{
    [TestMethod]
    public void One_in_ten_fails_and_one_in_ten_is_not_JSON()
    {
        var plan = new WorkPlan(1);
        var drawn = Enumerable.Range(0, 10_000).Select(_ => plan.Next()).ToList();

        Assert.AreEqual(100, drawn.Min(work => work.Milliseconds));
        Assert.AreEqual(600, drawn.Max(work => work.Milliseconds));
        Assert.AreEqual(1_000.0, drawn.Count(work => work.Kind == WorkKind.Failing), 100);
        Assert.AreEqual(1_000.0, drawn.Count(work => work.Kind == WorkKind.NotJson), 100);
    }

    [TestMethod]
    public void The_same_seed_is_the_same_sequence()
    {
        static List<(int, WorkKind)> Sequence(int? seed)
        {
            var plan = new WorkPlan(seed);
            return [.. Enumerable.Range(0, 50).Select(_ => plan.Next())];
        }

        CollectionAssert.AreEqual(Sequence(7), Sequence(7));
        CollectionAssert.AreNotEqual(Sequence(7), Sequence(8));
        CollectionAssert.AreNotEqual(Sequence(null), Sequence(null));
    }

    [TestMethod, Timeout(60_000)]
    public async Task It_serves_what_the_seed_says()
    {
        await using var demo = await StartAsync("--seed", "3");
        var plan = new WorkPlan(3);

        for (var request = 0; request < 6; request++)
        {
            var (milliseconds, kind) = plan.Next();
            var reply = await demo.Http.GetAsync("/api/work");
            var body = await reply.Content.ReadAsStringAsync();
            Assert.AreEqual(kind == WorkKind.Failing ? HttpStatusCode.InternalServerError : HttpStatusCode.OK, reply.StatusCode);
            if (kind == WorkKind.Good) Assert.AreEqual($"{{\"time\":{milliseconds}}}", body);
        }
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(TestServer.Terminate), DataRow(TestServer.Interrupt)]
    public async Task A_signal_lets_its_running_request_finish(int signal)
    {
        await using var demo = await StartAsync("--seed", "0");

        Task<HttpResponseMessage>? asking = null;
        await Wait.UntilAsync(
            async () =>
            {
                if (asking is null or { IsCompleted: true }) asking = demo.Http.GetAsync("/api/work"); // it takes half a second
                return await demo.GaugeAsync("http_server_active_requests") == 2; // /metrics itself is one of them
            },
            "the request runs");
        demo.Signal(signal);

        Assert.AreNotEqual(HttpStatusCode.ServiceUnavailable, (await asking!).StatusCode);
        Assert.AreEqual(0, await demo.WaitForExitAsync());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("-1"), DataRow("x"), DataRow(""), DataRow("2147483648")]
    public async Task A_bad_seed_is_bad_usage(string seed)
    {
        var (exitCode, output, errors) = await TestServer.RunAsync("demo-upstream", "--seed", seed);

        Assert.AreEqual(2, exitCode);
        Assert.AreEqual("", output);
        StringAssert.Contains(errors, $"--seed: expected an integer in 0..2147483647, not '{seed}'.", StringComparison.Ordinal);
    }

    static Task<TestServer> StartAsync(params string[] arguments) =>
        TestServer.AttachAsync(Process.Start(TestServer.Command(["demo-upstream", "--port", "0", .. arguments]))!);
}
