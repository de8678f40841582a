// A server inside a script or another program: started, asked and stopped from code, leaving nothing behind.

using System.Diagnostics;
using System.Net;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class EmbeddingSpecs
{
    static readonly HttpClient Http = new();

    [TestMethod, Timeout(30_000)]
    public async Task A_started_server_answers_at_its_url()
    {
        await using var server = await TinyServer.StartAsync(InProcess.Quiet());

        var answer = await Http.GetStringAsync(new Uri(server.Url, "/api/v1/search?q=cache&limit=1"));

        Assert.AreNotEqual(0, server.Url.Port);
        StringAssert.EndsWith(server.Url.ToString(), "/", StringComparison.Ordinal);
        StringAssert.Contains(answer, "\"count\":1", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(30_000)]
    public async Task A_route_of_ones_own_gets_the_decoded_segment()
    {
        await using var server = await TinyServer.StartAsync(InProcess.Quiet(), app =>
            app.Map(
                "GET",
                "/hello/{name}",
                (exchange, _) => Task.FromResult(Reply.Text($"Hello, {exchange.RouteValue("name")}!")),
                "Greets."));

        var greeting = await Http.GetStringAsync(new Uri(server.Url, "/hello/J%C3%BCrgen%2FO'Neil"));
        var page = await Http.GetStringAsync(new Uri(server.Url, "/api/v1/web"));
        using var wrongMethod = await Http.PostAsync(new Uri(server.Url, "/hello/x"), null);

        Assert.AreEqual("Hello, Jürgen/O'Neil!", greeting);
        StringAssert.Contains(page, "GET /hello/{name}", StringComparison.Ordinal);
        StringAssert.Contains(page, "Greets.", StringComparison.Ordinal);
        Assert.AreEqual(HttpStatusCode.MethodNotAllowed, wrongMethod.StatusCode);
    }

    [TestMethod, Timeout(30_000)]
    public async Task A_route_of_ones_own_may_refuse_and_may_fail()
    {
        await using var server = await TinyServer.StartAsync(InProcess.Quiet(), app =>
        {
            app.Map("GET", "/refuse", (_, _) => throw new ApiError(409, "Taken."));
            app.Map("GET", "/fail", (_, _) => throw new InvalidOperationException("secret"));
        });

        using var refused = await Http.GetAsync(new Uri(server.Url, "/refuse"));
        using var failed = await Http.GetAsync(new Uri(server.Url, "/fail"));

        Assert.AreEqual(HttpStatusCode.Conflict, refused.StatusCode);
        StringAssert.Contains(await refused.Content.ReadAsStringAsync(), "\"detail\":\"Taken.\"", StringComparison.Ordinal);
        Assert.AreEqual(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.IsFalse((await failed.Content.ReadAsStringAsync()).Contains("secret", StringComparison.Ordinal));
    }

    [TestMethod, Timeout(30_000)]
    public async Task Stopping_an_idle_server_closes_its_port()
    {
        var server = await TinyServer.StartAsync(InProcess.Quiet());
        await Http.GetStringAsync(new Uri(server.Url, "/livez"));

        var whole = await server.StopAsync();

        Assert.IsTrue(whole);
        Assert.IsFalse(await Ports.AnswersAsync(server.Url));
    }

    [TestMethod, Timeout(30_000)]
    public async Task Stopping_waits_for_a_running_request_and_refuses_new_ones()
    {
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await TinyServer.StartAsync(InProcess.Quiet(), app => app.Map("GET", "/slow", async (_, _) =>
        {
            entered.SetResult();
            await leave.Task;
            return Reply.Text("done");
        }));
        var running = Http.GetStringAsync(new Uri(server.Url, "/slow"));
        await entered.Task;

        var stopping = server.StopAsync();
        using var refused = await Http.GetAsync(new Uri(server.Url, "/api/v1/dictionaries"));
        var stoppedEarly = stopping.IsCompleted;
        leave.SetResult();

        Assert.AreEqual("done", await running);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.IsFalse(stoppedEarly);
        Assert.IsTrue(await stopping);
        Assert.IsFalse(await Ports.AnswersAsync(server.Url));
    }

    [TestMethod, Timeout(30_000)]
    public async Task Stopping_cancels_what_outlasts_the_shutdown_timeout_and_says_so()
    {
        var entered = new TaskCompletionSource();
        var settings = InProcess.Quiet();
        settings = settings with { Server = settings.Server with { ShutdownTimeout = TimeSpan.FromMilliseconds(50) } };
        await using var server = await TinyServer.StartAsync(settings, app =>
            app.Map("GET", "/endless", async (_, cancellationToken) =>
            {
                entered.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return Reply.Text("never");
            }));
        var running = Http.GetAsync(new Uri(server.Url, "/endless"));
        await entered.Task;

        var whole = await server.StopAsync();

        using var answer = await running;
        Assert.IsFalse(whole);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.IsFalse(await Ports.AnswersAsync(server.Url));
    }

    [TestMethod, Timeout(30_000)]
    public async Task Several_servers_live_in_one_process_without_mixing()
    {
        await using var one = await TinyServer.StartAsync(InProcess.Quiet(), app => app.Map("GET", "/who", Say("one")));
        await using var two = await TinyServer.StartAsync(InProcess.Quiet(), app => app.Map("GET", "/who", Say("two")));

        var answers = (await Http.GetStringAsync(new Uri(one.Url, "/who")), await Http.GetStringAsync(new Uri(two.Url, "/who")));
        await one.StopAsync();
        var survivor = await Http.GetStringAsync(new Uri(two.Url, "/who"));

        Assert.AreEqual(("one", "two"), answers);
        Assert.AreEqual("two", survivor);
        const string Both = "_count{http_request_method=\"GET\",http_route=\"/who\",http_response_status_code=\"200\"} 2\n";
        await Wait.UntilAsync(
            async () => (await Http.GetStringAsync(new Uri(two.Url, "/metrics"))).Contains(Both, StringComparison.Ordinal),
            "its metrics have its own two");
    }

    [TestMethod, Timeout(30_000)]
    public async Task A_port_can_be_had_once_and_again_after_the_stop()
    {
        var first = await TinyServer.StartAsync(InProcess.Quiet());
        var samePort = InProcess.Quiet(first.Url.Port);

        var refused = await Assert.ThrowsExactlyAsync<UsageError>(async () => await TinyServer.StartAsync(samePort));
        await first.StopAsync();
        await using var second = await TinyServer.StartAsync(samePort);

        StringAssert.Contains(refused.Message, $"port {first.Url.Port}", StringComparison.Ordinal);
        Assert.AreEqual("{\"status\":\"ok\",\"checks\":{}}", await Http.GetStringAsync(new Uri(second.Url, "/livez")));
    }

    [TestMethod, Timeout(30_000)]
    public async Task Stopping_and_disposing_twice_is_once()
    {
        var server = await TinyServer.StartAsync(InProcess.Quiet());

        var stops = await Task.WhenAll(server.StopAsync(), server.StopAsync());
        await server.DisposeAsync();
        await server.DisposeAsync();

        CollectionAssert.AreEqual(new[] { true, true }, stops);
    }

    [TestMethod, Timeout(30_000)]
    public async Task A_configuration_that_throws_leaves_no_port_open()
    {
        var port = Ports.Free();

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => StartAsync(_ => throw new InvalidOperationException("mine")));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => StartAsync(app => app.Map("GET", "no-slash", Say(""))));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => StartAsync(app => app.Map("GET", "/livez", Say(""))));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => StartAsync(app => app.Map("FETCH", "/x", Say(""))));

        Assert.IsFalse(await Ports.AnswersAsync(new Uri($"http://127.0.0.1:{port}/")));

        Task StartAsync(Action<AppBuilder> configure) => TinyServer.StartAsync(InProcess.Quiet(port), configure);
    }

    [TestMethod, Timeout(30_000)]
    public async Task A_setting_that_does_not_fit_is_a_usage_error()
    {
        var settings = InProcess.Quiet();
        settings = settings with { Search = settings.Search with { Folder = "/no/such/folder" } };

        var refused = await Assert.ThrowsExactlyAsync<UsageError>(async () => await TinyServer.StartAsync(settings));
        await Assert.ThrowsExactlyAsync<ArgumentNullException>(async () => await TinyServer.StartAsync(null!));

        StringAssert.Contains(refused.Message, "/no/such/folder", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(240_000)]
    public async Task The_example_runs_as_it_stands()
    {
        var folder = Path.Join(TestServer.Root, "examples");
        var start = Programs.Build("run", "examples/embed.cs");

        var (exitCode, output, errors) = await TestServer.RunAsync(start);

        Assert.AreEqual(0, exitCode, output + errors);
        StringAssert.Matches(output, new(@"^Hello, reader! Ask me at http://127\.0\.0\.1:\d+/\n\S+:\d+: .*cache.*\n"));
        StringAssert.EndsWith(output, "Stopped cleanly.\n", StringComparison.Ordinal);
        var others = Directory.GetFileSystemEntries(folder).Where(path => Path.GetExtension(path) != ".cs");
        Assert.AreEqual("lessons", string.Join(' ', others.Select(path => Path.GetFileName(path))), "left behind");
    }

    [TestMethod, Timeout(240_000)]
    public async Task The_slice_of_ones_own_compiles_and_runs()
    {
        var (exitCode, output, errors) = await TestServer.RunAsync(Programs.Build("run", "examples/slice.cs"));

        Assert.AreEqual(0, exitCode, output + errors);
        Assert.AreEqual("Without a token: 401\nKept: 204\nRead: Water the plants.\n", output);
    }

    static Handler Say(string text) => (_, _) => Task.FromResult(Reply.Text(text));
}
