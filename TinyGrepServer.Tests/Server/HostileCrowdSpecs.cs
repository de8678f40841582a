// All kinds of rude clients at once, and a good one beside them, who must not notice: half headers, bodies that never come,
// readers who do not read, clients that leave, questions that weigh gigabytes, bad tokens, pages that are not there. When they
// have gone, nothing of them is left. TINYGREP_TEST_SECONDS sets how long it goes on.

using System.Diagnostics;
using System.Globalization;
using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Server;

[TestClass, DoNotParallelize]
public sealed class HostileCrowdSpecs
{
    const int Mebibyte = 1 << 20;
    const string Stranger = "127.0.0.2";
    const string GoodQuestion = "/api/v1/search?q=good&dictionary=quotes.txt";
    const string HalfAHead = "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ";
    const string NoBody = "POST /messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n";

    static readonly TimeSpan Length = TimeSpan.FromSeconds(Knob.Of("TINYGREP_TEST_SECONDS", 6));

    [TestMethod, Timeout(600_000)]
    public async Task Good_clients_do_not_notice_a_crowd_of_bad_ones_and_nothing_is_left_of_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write("quotes.txt", "a good line\n");
        folder.Write("bomb.txt", string.Concat(Enumerable.Repeat(new string('x', 1_000) + "\n", 4_000)));
        await using var server = await SmallMachine.StartAsync("--dicts", folder.Path, "--header-timeout", "1s");
        await server.SettledTagAsync(GoodQuestion); // it is kept from now on; a new one would wait its turn among the strangers'
        var descriptors = ProcessTable.DescriptorsOf(server.Process.Id);
        using var still = new Standstill();
        using var over = new CancellationTokenSource(Length);

        var crowd = Task.WhenAll(
            Again(() => HoldAsync(server, 100, HalfAHead), over.Token),
            Again(() => HoldAsync(server, 100, NoBody), over.Token),
            Again(() => HoldAsync(server, 16, RawClient.Request("GET", "/api/v1/dictionaries/bomb.txt")), over.Token),
            Again(() => HoldAsync(server, 4, RawClient.Request("GET", Bomb())), over.Token),
            Again(() => LeaveAsync(server), over.Token),
            Again(() => KnockAsync(server), over.Token));
        var (asked, slowest) = (0, TimeSpan.Zero);
        for (; !over.IsCancellationRequested; asked++)
        {
            var took = await AskAsync(server);
            if (took > slowest) slowest = took;
        }
        await crowd;

        Assert.IsGreaterThan(10, asked);
        Assert.IsLessThan(TimeSpan.FromSeconds(1) + still.Longest, slowest);
        var limit = TimeSpan.FromSeconds(30);
        await Wait.UntilAsync(
            () => ProcessTable.DescriptorsOf(server.Process.Id) <= descriptors + 20, "the descriptors are given back", limit);
        await Wait.UntilAsync(async () => await server.GaugeAsync("http_server_active_requests") <= 1, "nobody is inside", limit);
        Assert.AreEqual(0, await server.GaugeAsync("tinygrep_http_streams"));
        Assert.AreEqual(0, await server.GaugeAsync("tinygrep_body_memory_bytes"));
        Assert.IsEmpty(server.Children());
        Assert.IsLessThan(400L * Mebibyte, ProcessTable.PeakMemory(server.Process.Id));
    }

    /// <summary>One good question: how long it took. It must be answered.</summary>
    static async Task<TimeSpan> AskAsync(TestServer server)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await server.Http.GetStringAsync(GoodQuestion);
        StringAssert.Contains(answer, "\"count\":1", StringComparison.Ordinal);
        return Stopwatch.GetElapsedTime(started);
    }

    static async Task Again(Func<Task> once, CancellationToken over)
    {
        while (!over.IsCancellationRequested) await once();
    }

    /// <summary>Says something and waits until the server has had enough, or a second has passed.</summary>
    static async Task HoldAsync(TestServer server, int count, string said)
    {
        using var crowd = await Crowd.OpenAsync(server.Url, count, said, Stranger);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var ticks = 0; ticks < 20 && crowd.Closed < count; ticks++) await tick.WaitForNextTickAsync();
    }

    static async Task LeaveAsync(TestServer server)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250)); // a flood without end is what --rate-limit-address is for
        using (await Crowd.OpenAsync(server.Url, 8, RawClient.Request("GET", Bomb()), Stranger)) await tick.WaitForNextTickAsync();
    }

    static async Task KnockAsync(TestServer server)
    {
        var path = Random.Shared.Next().ToString("x", CultureInfo.InvariantCulture);
        await RawClient.AskAsync(server.Url, RawClient.Request("GET", $"/{path}"));
        await RawClient.AskAsync(server.Url, RawClient.Request("GET", "/api/v1/jobs", null, $"Authorization: Bearer {path}"));
    }

    /// <summary>A new one each time, so that none is kept or shared.</summary>
    static string Bomb() => $"/api/v1/search?q=x&dictionary=bomb.txt&context=1000&limit={Random.Shared.Next(1_000, 10_000)}";
}
