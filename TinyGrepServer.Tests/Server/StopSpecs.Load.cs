// A stop under load: 64 clients ask mixed questions without a pause, and SIGTERM comes. TINYGREP_TEST_SECONDS says how long
// the load lasts (6): longer runs find rarer races.

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Server;

public sealed partial class StopSpecs
{
    const int Clients = 64;

    static readonly string[] Questions =
    [
        RawClient.Request("POST", "/api/v1/json", """{"action":"all","dictionary":"words.txt"}"""), // streamed
        .. Enumerable.Range(0, 20)
            .Select(number => $$"""{"action":"search","term":"{{number}}7","dictionary":"words.txt"}""")
            .Select(body => RawClient.Request("POST", "/api/v1/json", body)),
        .. Enumerable.Range(0, 20).Select(number => RawClient.Request("GET", $"/api/v1/search?q={number}3&context=1&limit=50")),
        RawClient.Request("POST", "/api/v1/json", """{"action":"search","term":"\\(","dictionary":"words.txt"}"""), // 400
        RawClient.Request("GET", "/api/v1/dictionaries"),
        RawClient.Request("GET", "/livez"),
    ];

    sealed record Asked(long Began, long Ended, Outcome Outcome, string What);

    enum Outcome
    {
        True,
        Refused,
        NotTaken,
        Wrong,
    }

    [TestMethod, Timeout(600_000)]
    [DataRow("grep", "0", DisplayName = "a grep for every question")]
    [DataRow("auto", "64MiB", DisplayName = "scans in process and kept answers")]
    public async Task In_the_middle_of_64_busy_clients_SIGTERM_costs_no_accepted_answer(string engine, string cache)
    {
        var seconds = Knob.Of("TINYGREP_TEST_SECONDS", 6.0);
        using var folder = new TemporaryFolder();
        var lines = Enumerable.Range(0, 60_000).Select(number => $"line {number} of {number * 7919L % 60_000}, and so on\n");
        var dicts = Path.GetDirectoryName(folder.Write("dicts/words.txt", string.Concat(lines)))!;
        await using var server = await TestServer.StartAsync(
            "--dicts", dicts, "--engine", engine, "--cache-bytes", cache,
            "--timeout", "60s", "--shutdown-timeout", "60s", "--log-level", "warning");
        var expected = await ExpectedAsync(server);
        var seen = new ConcurrentBag<Asked>();
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients)
            .Select(number => Task.Run(() => AskOnAsync(server.Url, new Random(number), expected, seen, over.Token)))
            .ToArray();

        await Task.Delay(TimeSpan.FromSeconds(seconds / 2)); // the length of the load, not a wait for something
        var signalled = Stopwatch.GetTimestamp();
        server.Signal(TestServer.Terminate);
        var exitCode = await server.WaitForExitAsync();
        await over.CancelAsync();
        await Task.WhenAll(clients);

        Assert.AreEqual(0, exitCode, server.Log);
        Assert.AreEqual("", string.Join('\n', seen.Where(one => one.Outcome == Outcome.Wrong).Select(one => one.What)));
        var slowest = seen.Where(one => one.Outcome == Outcome.True).Max(one => Stopwatch.GetElapsedTime(one.Began, one.Ended));
        var lost = seen
            .Where(one => one.Outcome != Outcome.True)
            .Where(one => one.Ended < signalled || Stopwatch.GetElapsedTime(one.Began, signalled) > slowest);
        Assert.AreEqual("", string.Join('\n', lost.Select(one => $"{one.Outcome} {one.What}")));
        Assert.IsGreaterThan(Clients, seen.Count(one => one.Outcome == Outcome.True));
        Assert.IsEmpty(ProcessTable.Mentioning(dicts));
    }

    static async Task<Dictionary<string, (int Status, string Text)>> ExpectedAsync(TestServer server)
    {
        var expected = new Dictionary<string, (int, string)>();
        foreach (var question in Questions)
        {
            var reply = await RawClient.AskAsync(server.Url, question);
            expected[question] = (reply!.Status, WithoutId(reply.Text));
        }
        return expected;
    }

    static async Task AskOnAsync(
        Uri url,
        Random random,
        Dictionary<string, (int Status, string Text)> expected,
        ConcurrentBag<Asked> seen,
        CancellationToken over)
    {
        RawClient? client = null;
        while (!over.IsCancellationRequested)
        {
            var question = Questions[random.Next(Questions.Length)];
            var began = Stopwatch.GetTimestamp();
            RawReply? reply = null;
            try
            {
                client ??= await RawClient.ConnectAsync(url);
                await client.SendAsync(question);
                reply = await client.ReadReplyAsync();
            }
            catch (SocketException)
            {
                // Refused, or closed while the request was on its way.
            }
            var outcome = Judge(reply, expected[question]);
            seen.Add(new Asked(began, Stopwatch.GetTimestamp(), outcome, outcome == Outcome.True ? "" : Describe(question, reply)));
            if (outcome == Outcome.NotTaken && reply is null && client is null) return; // nobody listens any more
            if (reply?.Header("Connection") != "close" && outcome == Outcome.True) continue;
            client?.Dispose();
            client = null;
        }
        client?.Dispose();
    }
    static string Describe(string question, RawReply? reply) =>
        $"{question.Split('\r')[0]} -> {reply?.Head} whole: {reply?.Whole} {reply?.Text[..Math.Min(200, reply.Text.Length)]}";

    static Outcome Judge(RawReply? reply, (int Status, string Text) expected) => reply switch
    {
        null => Outcome.NotTaken,
        { Status: 503, Whole: true }
            when reply.Header("Retry-After") is not null && reply.Header("Connection") == "close" => Outcome.Refused,
        { Whole: true } when reply.Status == expected.Status && WithoutId(reply.Text) == expected.Text => Outcome.True,
        _ => Outcome.Wrong,
    };

    static string WithoutId(string text) => RequestId().Replace(text, "");

    [GeneratedRegex("\"requestId\":\"[^\"]*\"")]
    private static partial Regex RequestId();
}
