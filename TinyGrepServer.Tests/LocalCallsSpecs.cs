// Messages, jobs and health of an embedded server without HTTP, what a stop does with calls, and servers of a few services or none.

using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using TinyGrepServer.Jobs;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class LocalCallsSpecs
{
    static readonly HttpClient Http = new();

    [TestMethod, Timeout(60_000)]
    public async Task A_message_kept_in_process_is_found_over_HTTP_and_the_other_way_round()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TinyServer.StartAsync(Keeping(folder));

        var digest = await server.Messages.SaveAsync("foo");
        using var posted = await Http.PostAsync(
            new Uri(server.Url, "/messages"), new StringContent("""{"message":"bär"}""", Encoding.UTF8, "application/json"));
        var other = posted.Headers.Location!.ToString().Split('/')[^1];

        Assert.AreEqual("2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", digest);
        Assert.AreEqual("{\"message\":\"foo\"}", await Http.GetStringAsync(new Uri(server.Url, $"/messages/{digest}")));
        Assert.AreEqual("bär", await server.Messages.FindAsync(other));
        Assert.IsNull(await server.Messages.FindAsync(new string('0', 64)));
        Assert.IsNull(await server.Messages.FindAsync("nonsense"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_job_of_ones_own_is_added_awaited_and_its_result_read()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TinyServer.StartAsync(Keeping(folder), app => app.Add(new JobKind("shout", _ => { }, Shout)));

        var added = await server.Jobs.AddAsync(new JobRequest { Kind = "shout", Input = JsonElement.Parse("""{"a":"b"}""") });
        var done = await server.Jobs.WaitAsync(added.Id);
        var search = await server.Jobs.AddAsync(new JobRequest { Kind = "search", Input = JsonElement.Parse("""{"q":"cache"}""") });
        var found = await server.Jobs.WaitAsync(search.Id);

        Assert.AreEqual(("done", "{\"A\":\"B\"}"), (done.State, await server.Messages.FindAsync(done.Result!)));
        StringAssert.Contains(await server.Messages.FindAsync(found.Result!), "\"count\":", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_job_is_refused_cancelled_and_retried_as_over_HTTP()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TinyServer.StartAsync(Keeping(folder));
        var question = JsonElement.Parse("""{"q":"a"}""");
        var later = new JobRequest { Kind = "search", Input = question, RunAt = "2999-01-01T00:00:00Z", Unique = "one" };
        var added = await server.Jobs.AddAsync(later);

        var twice = await Assert.ThrowsExactlyAsync<ApiError>(async () => await server.Jobs.AddAsync(later));
        var unfit = await Assert.ThrowsExactlyAsync<ApiError>(async () => await server.Jobs.AddAsync(later with { Kind = "none" }));
        var missing = await Assert.ThrowsExactlyAsync<ApiError>(async () => await server.Jobs.GetAsync(Guid.NewGuid().ToString()));
        var cancelled = await server.Jobs.CancelAsync(added.Id);
        var retried = await server.Jobs.RetryAsync(added.Id);

        Assert.AreEqual((409, 400, 404), (twice.Status, unfit.Status, missing.Status));
        Assert.AreEqual(("cancelled", "waiting"), (cancelled.State, retried.State));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_stop_waits_for_calls_and_refuses_later_ones()
    {
        var server = await TinyServer.StartAsync(InProcess.Quiet());
        var before = await server.HealthAsync();
        var matches = server.MatchesAsync(new SearchRequest { Term = "e" }).GetAsyncEnumerator();
        await matches.MoveNextAsync();

        var stopping = server.StopAsync();
        var refused = await Assert.ThrowsExactlyAsync<ApiError>(async () => await server.SearchAsync(new SearchRequest { Term = "e" }));
        var stoppedEarly = stopping.IsCompleted;
        while (await matches.MoveNextAsync()) Assert.IsNotNull(matches.Current);
        await matches.DisposeAsync();

        Assert.IsTrue(await stopping);
        Assert.IsFalse(stoppedEarly);
        Assert.AreEqual(503, refused.Status);
        Assert.AreEqual(("ok", "stopped"), (before.Status, (await server.HealthAsync()).Checks["server"]));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_stop_whose_time_is_up_cancels_calls()
    {
        var settings = InProcess.Quiet();
        settings = settings with { Server = settings.Server with { ShutdownTimeout = TimeSpan.FromMilliseconds(50) } };
        var server = await TinyServer.StartAsync(settings);
        await using var matches = server.MatchesAsync(new SearchRequest { Term = "e" }).GetAsyncEnumerator();
        await matches.MoveNextAsync();

        var whole = await server.StopAsync();

        Assert.IsFalse(whole);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await matches.MoveNextAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_server_of_routes_alone_needs_no_folder()
    {
        var settings = InProcess.Quiet() with { Services = [], Search = new SearchSettings { Folder = "/no/such/folder" } };
        await using var server = await TinyServer.StartAsync(settings, app =>
            app.Map("GET", "/own", (_, _) => Task.FromResult(Reply.Text("mine"))));

        using var search = await Http.GetAsync(new Uri(server.Url, "/api/v1/search?q=a"));
        using var page = await Http.GetAsync(server.Url);
        var health = await server.HealthAsync();

        Assert.AreEqual("mine", await Http.GetStringAsync(new Uri(server.Url, "/own")));
        Assert.AreEqual((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (search.StatusCode, page.StatusCode));
        Assert.AreEqual("ok", health.Status);
        foreach (var call in new Func<Task>[]
        {
            () => server.SearchAsync(new SearchRequest { Term = "a" }),
            () => server.Messages.SaveAsync("a"),
            () => server.Jobs.GetAsync("a"),
        })
        {
            Assert.AreEqual(501, (await Assert.ThrowsExactlyAsync<ApiError>(call)).Status);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_program_of_some_services_needs_no_grep_and_has_no_others()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(
            new Dictionary<string, string?> { ["PATH"] = folder.Path },
            "--services", "messages,jobs", "--dicts", "/no/such/folder", "--data", folder.Path);

        using var kept = await server.Http.PostAsync(
            "/messages", new StringContent("""{"message":"x"}""", Encoding.UTF8, "application/json"));
        using var movies = await server.Http.GetAsync("/api/v1/movies");
        using var search = await server.Http.GetAsync("/api/v1/search?q=a");
        using var jobs = await server.Http.GetAsync("/api/v1/jobs");

        Assert.AreEqual(HttpStatusCode.Created, kept.StatusCode);
        Assert.AreEqual((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (movies.StatusCode, search.StatusCode));
        Assert.AreEqual(HttpStatusCode.Unauthorized, jobs.StatusCode);
    }

    [TestMethod]
    public void The_pages_need_the_search()
    {
        var refused = Assert.ThrowsExactly<UsageError>(new Settings { Services = ["web", "jobs"] }.Check);

        Assert.AreEqual("--services: web needs search, whose results it shows.", refused.Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_mapped_route_may_ask_for_a_token()
    {
        using var folder = new TemporaryFolder();
        var settings = Keeping(folder) with { Services = [], Access = new() { OpenTokens = true } };
        await using var server = await TinyServer.StartAsync(settings, app =>
            app.Map("GET", "/me", (exchange, _) => Task.FromResult(Reply.Text($"{exchange.User}"))).Protected());

        using var without = await Http.GetAsync(new Uri(server.Url, "/me"));
        using var issued = await Http.PostAsync(new Uri(server.Url, "/api/token"), new StringContent("""{"user":"ann"}"""));
        var token = JsonDocument.Parse(await issued.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString();
        using var with = await InProcess.SendAsync(server, "GET", "/me", ("Authorization", $"Bearer {token}"));

        Assert.AreEqual(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.AreEqual("ann", await with.Content.ReadAsStringAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_culture_of_the_program_around_it_does_not_show()
    {
        var own = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        comma.NumberFormat.NegativeSign = "minus ";
        try
        {
            CultureInfo.CurrentCulture = comma;
            await using var server = await TinyServer.StartAsync(InProcess.Quiet());
            var kept = CultureInfo.CurrentCulture;

            await Http.GetStringAsync(new Uri(server.Url, "/api/v1/search?q=cache"));
            var metrics = await Http.GetStringAsync(new Uri(server.Url, "/metrics"));

            Assert.AreSame(comma, kept);
            Assert.MatchesRegex("(?m)^tinygrep_search_duration_seconds_sum.* [0-9]+[.][0-9]+$", metrics);
            Assert.DoesNotMatchRegex("(?m)^[a-z].* [0-9]+,[0-9]+$", metrics);
        }
        finally
        {
            CultureInfo.CurrentCulture = own;
        }
    }

    static Task<byte[]?> Shout(JobRun run, CancellationToken _) =>
        Task.FromResult<byte[]?>(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(run.Input.Span).ToUpperInvariant()));

    static Settings Keeping(TemporaryFolder folder) =>
        InProcess.Quiet() with { Storage = new StorageSettings { DataFolder = Path.Join(folder.Path, "data") } };
}
