// W3C Trace Context: a caller's trace goes on, here and at the upstream; anything malformed begins a new one and never harms.

using TinyGrepServer.Tests.Relay;

namespace TinyGrepServer.Tests.Telemetry;

[TestClass]
public sealed class TraceParentSpecs
{
    const string Trace = "0af7651916cd43dd8448eb211c80319c";
    const string Caller = "b7ad6b7169203331";

    [TestMethod, Timeout(60_000)]
    public async Task A_valid_one_is_continued_with_a_span_of_ours_and_its_flags()
    {
        await using var server = await TestServer.StartAsync();

        foreach (var (given, flags) in new[]
        {
            ($"00-{Trace}-{Caller}-01", "01"),
            ($"00-{Trace}-{Caller}-00", "00"),
            ($"00-{Trace}-{Caller}-03", "01"),
            ($"00-{Trace}-{Caller}-fe", "00"),
            ($"01-{Trace}-{Caller}-01", "01"),
            ($"cc-{Trace}-{Caller}-01-what-comes-later", "01"),
            ($"fe-{Trace}-{Caller}-00-", "00"),
        })
        {
            var answered = await AskAsync(server, given);

            StringAssert.Matches(answered, new($"^00-{Trace}-[0-9a-f]{{16}}-{flags}$"), given);
            Assert.IsFalse(answered.Contains(Caller, StringComparison.Ordinal), given);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_missing_or_malformed_one_begins_a_new_trace()
    {
        await using var server = await TestServer.StartAsync();
        HashSet<string> traces = [];
        string?[] given =
        [
            null,
            "",
            "x",
            $"00-{new string('0', 32)}-{Caller}-01",
            $"00-{Trace}-{new string('0', 16)}-01",
            $"ff-{Trace}-{Caller}-01",
            $"00-{Trace}-{Caller}-01-more",
            $"00-{Trace}-{Caller}-01-",
            $"cc-{Trace}-{Caller}-01.more",
            $"00-{Trace.ToUpperInvariant()}-{Caller}-01",
            $"00-{Trace}-{Caller}-0",
            $"00-{Trace}-{Caller}-0g",
            $"00-{Trace[1..]}-{Caller}-01",
            $"00_{Trace}_{Caller}_01",
            $"00-{Trace}-{Caller}-01, 00-{Trace}-{Caller}-01",
            $"0-{Trace}-{Caller}-01",
            $"00-{Trace}-{Caller[..15]}g-01",
            $" - - - ",
            new string('0', 4_000),
            $"00-{Trace[..31]}é-{Caller}-01",
        ];

        foreach (var one in given)
        {
            var answered = await AskAsync(server, one);

            StringAssert.Matches(answered, new("^00-[0-9a-f]{32}-[0-9a-f]{16}-00$"), one);
            Assert.IsFalse(answered.Contains(Trace, StringComparison.OrdinalIgnoreCase), one);
            Assert.IsTrue(traces.Add(answered.Split('-')[1]), one);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task Refusals_and_errors_carry_it_as_well()
    {
        await using var server = await TestServer.StartAsync("--diagnostics");

        foreach (var path in new[] { "/nope", "/fail", "/%zz", "/api/v1/search" })
            StringAssert.Contains(await AskAsync(server, $"00-{Trace}-{Caller}-01", path), Trace, StringComparison.Ordinal, path);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_relay_passes_the_trace_on_each_attempt_with_a_span_of_its_own()
    {
        await using var upstream = ScriptedUpstream.Always("{}", "503 Busy");
        await using var server = await TestServer.StartAsync("--upstream", upstream.Url.ToString());

        var answered = await AskAsync(server, $"00-{Trace}-{Caller}-01", "/api/smart", ("tracestate", "vendor=opaque,other=1"));

        var passed = upstream.Heads.Select(head => Field(head, "traceparent")).ToList();
        Assert.HasCount(3, passed);
        foreach (var one in passed) StringAssert.Matches(one, new($"^00-{Trace}-[0-9a-f]{{16}}-01$"));
        Assert.HasCount(5, passed.Append(answered).Append($"00-{Trace}-{Caller}-01").Distinct().ToList(), "five spans in all");
        Assert.IsTrue(upstream.Heads.All(head => Field(head, "tracestate") == "vendor=opaque,other=1"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_trace_goes_through_two_servers_and_both_logs_have_it()
    {
        var command = TestServer.Command("demo-upstream", "--port", "0", "--seed", "1", "--log-format", "json");
        await using var demo = await TestServer.AttachAsync(System.Diagnostics.Process.Start(command)!);
        await using var server = await TestServer.StartAsync("--upstream", $"{demo.Url}api/work", "--log-format", "json");

        await AskAsync(server, $"00-{Trace}-{Caller}-01", "/api/smart");

        await Wait.UntilAsync(
            () => server.Log.Contains(Trace, StringComparison.Ordinal) && demo.Log.Contains(Trace, StringComparison.Ordinal),
            "the trace id in both logs");
    }

    static async Task<string> AskAsync(
        TestServer server, string? traceParent, string path = "/livez", params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        foreach (var (name, value) in fields) request.Headers.TryAddWithoutValidation(name, value);
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1,
        };
        using var http = new HttpClient(handler) { BaseAddress = server.Url };
        using var reply = await http.SendAsync(request);
        return reply.Headers.GetValues("traceparent").Single();
    }

    static string Field(string head, string name) =>
        head.Split("\r\n").Single(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];
}
