// The kernel as a thing one can take: routes and middleware of one's own, and nothing that knows of search.

using System.Diagnostics.Metrics;
using System.Net;
using TinyGrepServer.Access;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class KernelSpecs
{
    static readonly HttpClient Http = new();

    [TestMethod, Timeout(240_000)]
    public async Task The_example_runs_as_it_stands()
    {
        var lines = await File.ReadAllLinesAsync(Path.Join(TestServer.Root, "examples", "kernel.cs"));

        var (exitCode, output, errors) = await TestServer.RunAsync(Programs.Build("run", "examples/kernel.cs"));

        Assert.AreEqual(0, exitCode, output + errors);
        Assert.AreEqual("Hello, reader! (tiny)\nBefore the stop: ready\nStopped cleanly.\n", output);
        Assert.IsLessThanOrEqualTo(30, lines.Length);
    }

    [TestMethod, Timeout(30_000)]
    public async Task It_knows_no_path_of_its_own()
    {
        var log = new CapturedLog();
        await using var server = Kernel.Start(log, Kernel.Get("/api/v1/thing", Reply.Text("")));

        using var missing = await Http.GetAsync(new Uri(server.Url, "/api/v2/thing"));
        var body = await missing.Content.ReadAsStringAsync();

        Assert.AreEqual(HttpStatusCode.NotFound, missing.StatusCode);
        StringAssert.Contains(body, "\"detail\":\"No page /api/v2/thing.\"", StringComparison.Ordinal);
        StringAssert.Contains(body, "\"message\":\"No page /api/v2/thing.\"", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(30_000)]
    public async Task It_names_the_instructions_and_the_versions_it_was_told_of()
    {
        var settings = new ServerSettings { Port = 0, InstructionsPath = "/help", VersionPrefix = "/v" };
        await using var server = HttpServer.Create(
            settings, _ => [Kernel.Get("/v1/thing", Reply.Text("")), Kernel.Get("/v2/thing", Reply.Text(""))], [], new CapturedLog());
        server.Start();

        var body = await (await Http.GetAsync(new Uri(server.Url, "/v7/thing"))).Content.ReadAsStringAsync();

        StringAssert.Contains(body, "No API version v7. There is: v1, v2.", StringComparison.Ordinal);
        StringAssert.Contains(body, $"Instructions: {server.Url}help\"", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(30_000)]
    public async Task Middleware_runs_outermost_first_and_may_refuse_or_answer()
    {
        static Middleware Mark(string name) => next => async (exchange, stop) => (await next(exchange, stop)).With("X-Seen", name);
        static Handler Doorkeeper(Handler next) => (exchange, stop) => exchange.Header("X-Key") switch
        {
            null => throw new ApiError(403, "There is no key."),
            "answer" => Task.FromResult(Reply.Text("the doorkeeper")),
            _ => next(exchange, stop),
        };
        await using var server = Kernel.Start(
            new CapturedLog(), [Mark("outer"), Mark("inner"), Doorkeeper], Kernel.Get("/", Reply.Text("the route")));

        using var refused = await AskAsync(server, "/", key: null);
        using var answered = await AskAsync(server, "/", "answer");
        using var passed = await AskAsync(server, "/", "pass");
        using var missing = await AskAsync(server, "/nope", "pass");

        Assert.AreEqual(HttpStatusCode.Forbidden, refused.StatusCode);
        StringAssert.Contains(await refused.Content.ReadAsStringAsync(), "There is no key.", StringComparison.Ordinal);
        Assert.AreEqual("the doorkeeper", await answered.Content.ReadAsStringAsync());
        Assert.AreEqual("the route", await passed.Content.ReadAsStringAsync());
        CollectionAssert.AreEqual(new[] { "inner", "outer" }, passed.Headers.GetValues("X-Seen").SelectMany(Split).ToArray());
        Assert.AreEqual(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [TestMethod, Timeout(30_000)]
    public async Task The_routes_see_the_state_and_the_whole_table()
    {
        var settings = new ServerSettings { Port = 0, DrainDelay = TimeSpan.FromSeconds(5) };
        var time = new FakeTime();
        await using var server = HttpServer.Create(
            settings,
            state =>
            [
                new Route("GET", "/state", (_, _) => Task.FromResult(Reply.Text($"{state.Draining} {state.Refusing} {state.Running}"))),
                new Route("GET", "/table", (_, _) => Task.FromResult(Reply.Text($"{state.Routes.Count}"))),
            ],
            [], new CapturedLog(), time: time);
        server.Start();

        var before = await Http.GetStringAsync(new Uri(server.Url, "/state"));
        var table = await Http.GetStringAsync(new Uri(server.Url, "/table"));
        var drained = server.DrainAsync();
        var during = await Http.GetStringAsync(new Uri(server.Url, "/state"));
        time.Advance(settings.DrainDelay);
        var whole = await drained;
        using var after = await Http.GetAsync(new Uri(server.Url, "/state"));

        Assert.AreEqual("False False 1", before);
        Assert.AreEqual("2", table);
        StringAssert.StartsWith(during, "True False", StringComparison.Ordinal); // a draining server still answers
        Assert.IsTrue(whole);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, after.StatusCode, "a refusing one does not");
    }

    [TestMethod, Timeout(30_000)]
    public async Task Its_instruments_go_to_the_meter_it_was_given()
    {
        using var meter = new Meter("KernelSpecs");
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter == meter) self.EnableMeasurementEvents(instrument);
            },
        };
        var measured = new TaskCompletionSource<string>();
        listener.SetMeasurementEventCallback<double>(
            (instrument, _, tags, _) => measured.TrySetResult($"{instrument.Name} {tags[1].Value}"));
        listener.Start();
        await using var server = HttpServer.Create(
            new ServerSettings { Port = 0 }, _ => [Kernel.Get("/a/{b}", Reply.Text(""))], [], new CapturedLog(), meter: meter);
        server.Start();

        await Http.GetStringAsync(new Uri(server.Url, "/a/b"));

        Assert.AreEqual("http.server.request.duration /a/{b}", await measured.Task);
    }

    [TestMethod]
    public void An_entrance_without_its_route_fails_at_start()
    {
        var entrance = new Entrance(new Guard(null!, null!), "GET", "/gone");

        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => entrance.FindRoute([Kernel.Get("/here", Reply.Text(""))]));

        StringAssert.Contains(refused.Message, "GET /gone", StringComparison.Ordinal);
    }

    static IEnumerable<string> Split(string values) => values.Split(',', StringSplitOptions.TrimEntries);

    static async Task<HttpResponseMessage> AskAsync(HttpServer server, string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, path));
        if (key is not null) request.Headers.Add("X-Key", key);
        return await Http.SendAsync(request);
    }
}
