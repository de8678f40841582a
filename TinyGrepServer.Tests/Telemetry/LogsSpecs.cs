// Logs go to stderr and are never a reason to stop answering: not when nobody reads them, not when the disk under them is
// full, not when stderr or stdout was closed before the start.

using System.Diagnostics;
using System.Text.Json;

namespace TinyGrepServer.Tests.Telemetry;

[TestClass]
public sealed class LogsSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task Each_request_is_one_line_on_stderr()
    {
        await using var server = await TestServer.StartAsync();

        await server.Http.GetStringAsync("/livez?line-one");
        await server.Http.GetStringAsync("/livez?line-two");

        await LinesAsync(server, 2);
        var line = server.Log.Split('\n').Single(line => line.Contains("line-one", StringComparison.Ordinal));
        StringAssert.Matches(
            line,
            new(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: Server\[1\] "
                + @"GET /livez\?line-one 200 \d+ B \d+\.\d ms 127\.0\.0\.1 [0-9a-f]{16}$"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Json_logs_are_one_object_a_line_even_with_a_stack_trace_in_it()
    {
        await using var server = await TestServer.StartAsync("--log-format", "json", "--diagnostics");

        await server.Http.GetStringAsync("/livez?a=%22%0A%5C");
        await server.Http.GetAsync("/fail");
        await server.Http.GetStringAsync("/livez?last");

        var lines = await LinesAsync(server, 4);
        foreach (var line in lines)
        {
            using var parsed = JsonDocument.Parse(line);
            var timestamp = parsed.RootElement.GetProperty("timestamp").GetString()!;
            StringAssert.Matches(timestamp, new(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
            Assert.IsFalse(string.IsNullOrEmpty(parsed.RootElement.GetProperty("body").GetString()));
        }
        var failure = lines.Single(line => line.Contains("\"severity_text\":\"ERROR\"", StringComparison.Ordinal));
        StringAssert.Contains(failure, "This is the failure that /fail was asked for.", StringComparison.Ordinal);
        StringAssert.Contains(failure, "DiagnosticsSlice", StringComparison.Ordinal, "the stack");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Json_logs_name_their_fields_as_the_data_model_of_OpenTelemetry_does()
    {
        await using var server = await TestServer.StartAsync("--log-format", "json", "--diagnostics");

        using var reply = await server.Http.GetAsync("/fail?why=%22test%22");

        var lines = (await LinesAsync(server, 2)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var (access, failure) = (Line("http.server.request"), Line("http.server.error"));
        Assert.AreEqual(("INFO", 9), (Text(access, "severity_text"), Number(access, "severity_number")));
        Assert.AreEqual(("ERROR", 17), (Text(failure, "severity_text"), Number(failure, "severity_number")));
        var attributes = access.GetProperty("attributes");
        Assert.AreEqual("GET", Text(attributes, "http.request.method"));
        Assert.AreEqual(("/fail", "why=%22test%22"), (Text(attributes, "url.path"), Text(attributes, "url.query")));
        Assert.AreEqual(500, Number(attributes, "http.response.status_code"));
        Assert.AreEqual("127.0.0.1", Text(attributes, "client.address"));
        Assert.AreEqual("System.InvalidOperationException", Text(failure.GetProperty("attributes"), "exception.type"));
        Assert.AreEqual("This is the failure that /fail was asked for.", Text(failure.GetProperty("attributes"), "exception.message"));
        StringAssert.Contains(Text(failure.GetProperty("attributes"), "exception.stacktrace"), "\n   at ", StringComparison.Ordinal);
        foreach (var line in lines)
        {
            Assert.AreEqual(reply.Headers.GetValues("X-Request-Id").Single(), Text(line.GetProperty("attributes"), "request.id"));
            Assert.AreEqual(
                reply.Headers.GetValues("traceparent").Single(),
                $"00-{Text(line, "trace_id")}-{Text(line, "span_id")}-{Text(line, "trace_flags")}");
        }

        JsonElement Line(string name) => lines.Single(line => Text(line, "event_name") == name);
        static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
        static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_text_log_keeps_a_stack_trace_on_one_line()
    {
        await using var server = await TestServer.StartAsync("--diagnostics");

        await server.Http.GetAsync("/fail");
        await server.Http.GetStringAsync("/livez?last");

        var lines = await LinesAsync(server, 3);
        var error = lines.Single(line => line.Contains("Unhandled error", StringComparison.Ordinal));
        StringAssert.Contains(error, "DiagnosticsSlice", StringComparison.Ordinal, "the stack");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_level_leaves_out_what_is_less_severe()
    {
        await using var server = await TestServer.StartAsync("--log-level", "error", "--diagnostics");

        await server.Http.GetStringAsync("/livez");
        await server.Http.GetAsync("/fail");
        await Wait.UntilAsync(() => server.Log.Contains("Unhandled error", StringComparison.Ordinal), "the error");

        Assert.HasCount(1, server.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [TestMethod, Timeout(60_000)]
    public async Task No_client_can_write_a_line_of_its_own_into_the_log()
    {
        await using var server = await TestServer.StartAsync();

        await server.Http.GetAsync("/x%0A%0D%1B%5B31m-forged");
        await server.Http.GetStringAsync("/livez?last");

        var lines = await LinesAsync(server, 2);
        Assert.IsFalse(string.Concat(lines).Any(char.IsControl), server.Log);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("exec \"$@\" 2>/dev/full", DisplayName = "a full disk")]
    [DataRow("exec \"$@\" 2>&-", DisplayName = "stderr closed before the start")]
    [DataRow("exec \"$@\" 2> >(exec true)", DisplayName = "a reader that has gone")]
    [DataRow("exec \"$@\" 2> >(exec tail --pid=$$ -f /dev/null)", DisplayName = "a reader that never reads")]
    public async Task A_log_that_goes_nowhere_stops_nothing(string script)
    {
        await using var server = await TestServer.StartInShellAsync(script);

        await server.Http.FloodAsync("/livez", 4_000);
        server.Signal(TestServer.Terminate);

        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_pipe_that_nobody_reads_holds_no_request_up()
    {
        using var process = Process.Start(TestServer.Command("--port", "0", "--log-format", "json"))!;
        var url = (await process.StandardOutput.ReadLineAsync())!["Listening on ".Length..]; // and from here on stderr stays unread
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(30) };
        try
        {
            await http.FloodAsync("/livez", 5_000);

            Assert.AreEqual("{\"status\":\"ok\",\"checks\":{}}", await http.GetStringAsync("/livez"));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [TestMethod, Timeout(60_000), DataRow(">&-"), DataRow(">/dev/full")]
    public async Task A_server_whose_stdout_goes_nowhere_serves_or_says_in_one_line_why_not(string redirection)
    {
        var port = $"{Ports.Free()}";
        using var process = Process.Start(Programs.Shell($"exec \"$@\" {redirection}", "--port", port, "--log-level", "none"))!;
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        try
        {
            var errors = process.StandardError.ReadToEndAsync();
            await Wait.UntilAsync(async () => process.HasExited || await AnswersAsync(http), "the server answers or ends");

            if (!process.HasExited) return;
            Assert.AreEqual(2, process.ExitCode, await errors);
            Assert.AreEqual(1, (await errors).Count(letter => letter == '\n'), await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("--port x", "2>/dev/full")]
    [DataRow("--port x", "2>&-")]
    [DataRow("search no-such-word-anywhere(", "2>&-")]
    [DataRow("search \\(", "2>/dev/full")]
    public async Task A_mistake_is_exit_code_2_or_1_even_where_its_line_cannot_be_written(string arguments, string redirection)
    {
        var start = Programs.Shell($"exec \"$@\" {redirection}", Words(arguments));

        var (exitCode, _, _) = await TestServer.RunAsync(start);

        Assert.AreEqual(arguments == "search no-such-word-anywhere(" ? 1 : 2, exitCode);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("--help")]
    [DataRow("--version")]
    [DataRow("search the")]
    [DataRow("search the --json")]
    [DataRow("search the --count-only")]
    public async Task Output_that_cannot_be_written_is_an_error_without_a_stack_trace(string arguments)
    {
        foreach (var redirection in new[] { ">/dev/full", ">&-" })
        {
            var (exitCode, _, errors) = await TestServer.RunAsync(Programs.Shell($"exec \"$@\" {redirection}", Words(arguments)));

            Assert.AreEqual(2, exitCode, $"{redirection} {errors}");
            Assert.IsLessThanOrEqualTo(1, errors.Count(letter => letter == '\n'), errors);
        }
    }

    /// <summary>
    /// Waits for that many lines and checks that there are no more. A line is written when its reply is out, in no order among requests.
    /// </summary>
    static async Task<string[]> LinesAsync(TestServer server, int count)
    {
        string[] lines = [];
        await Wait.UntilAsync(
            () => (lines = server.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Length >= count, $"{count} lines");
        Assert.HasCount(count, lines);
        return lines;
    }

    static string[] Words(string? arguments) => (arguments ?? "").Split(' ');

    static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync("/livez")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
