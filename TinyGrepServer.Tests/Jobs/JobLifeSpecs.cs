// How jobs live and die: order, time, attempts, cancels, lost and stopped servers. The same on both databases.

using System.Globalization;
using System.Net;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Jobs;

[TestClass]
public sealed class JobLifeSpecs
{
    const string Long = """{"kind":"noop","input":{"milliseconds":600000}}""";

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task Higher_priority_runs_first_and_equals_in_order(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var taker = await JobsServer.StartAsync(engine, folder, "--workers", "0");
        string[] ids =
        [
            await taker.AddAsync("""{"kind":"noop","input":{"milliseconds":60},"priority":-5}"""),
            await taker.AddAsync("""{"kind":"noop","input":{"milliseconds":60}}"""),
            await taker.AddAsync("""{"kind":"noop","input":{"milliseconds":60}}"""),
            await taker.AddAsync("""{"kind":"noop","input":{"milliseconds":60},"priority":7}"""),
        ];

        await using var worker = await JobsServer.BesideAsync(taker.Options, "--workers", "1");
        foreach (var id in ids) await worker.UntilAsync(id, "done");

        List<(string Id, string StartedAt)> started = [];
        foreach (var id in ids) started.Add((id, (await worker.GetAsync(id)).Text("started_at")));
        var order = started.OrderBy(one => one.StartedAt, StringComparer.Ordinal).Select(one => one.Id).ToList();
        CollectionAssert.AreEqual(new[] { ids[3], ids[1], ids[2], ids[0] }, order);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task A_job_does_not_run_before_its_time(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(engine, folder);
        var due = DateTimeOffset.UtcNow.AddSeconds(3);

        var elsewhere = due.ToOffset(TimeSpan.FromHours(2));
        var soon = await server.AddAsync($$"""{"kind":"noop","run_at":"{{elsewhere:yyyy-MM-ddTHH:mm:ss.fffzzz}}"}""");
        var later = await server.AddAsync("""{"kind":"noop","run_at":"2999-12-31T23:59:59Z"}""");
        var done = await server.UntilAsync(soon, "done");

        Assert.IsGreaterThanOrEqualTo(due.AddMilliseconds(-1), DateTimeOffset.Parse(done.Text("started_at"), CultureInfo.InvariantCulture));
        Assert.AreEqual("waiting", await server.StateAsync(later));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task A_job_that_fails_is_tried_again_and_then_stays_failed_with_its_error(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(engine, folder);

        var mends = await server.AddAsync("""{"kind":"noop","input":{"failures":1},"max_attempts":2}""");
        var hopeless = await server.AddAsync("""{"kind":"noop","input":{"failures":100},"max_attempts":2}""");
        var wrong = await server.AddAsync("""{"kind":"search","input":{"q":"[","mode":"extended"}}""");
        var mended = await server.UntilAsync(mends, "done");
        var failed = await server.UntilAsync(hopeless, "failed");
        var refused = await server.UntilAsync(wrong, "failed");

        Assert.AreEqual(2, mended.Number("attempts"));
        Assert.AreEqual("", mended.Text("error"));
        Assert.AreEqual(2, failed.Number("attempts"));
        Assert.AreEqual("Attempt 2 of this job was asked to fail.", failed.Text("error"));
        Assert.AreEqual(1, refused.Number("attempts"), "a question that is wrong stays wrong");
        StringAssert.Contains(refused.Text("error"), "grep", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task A_running_job_tells_its_progress_and_is_cancelled_here_and_through_another_server(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(engine, folder);
        await using var other = await JobsServer.BesideAsync(server.Options, "--workers", "0");
        var here = await server.AddAsync(Long);
        var there = await server.AddAsync(Long);
        await server.UntilAsync(here, "running");
        await server.UntilAsync(there, "running");
        await Wait.UntilAsync(async () => (await server.GetAsync(there)).Number("progress") > 0, "the job tells how far it is");

        var asked = await server.SendAsync("DELETE", $"{JobsServer.Path}/{here}");
        var askedThere = await other.SendAsync("DELETE", $"{JobsServer.Path}/{there}");

        Assert.AreEqual((HttpStatusCode.Accepted, true), (asked.Status, asked.Body.GetProperty("cancel_requested").GetBoolean()));
        Assert.AreEqual(HttpStatusCode.Accepted, askedThere.Status);
        await server.UntilAsync(here, "cancelled", TimeSpan.FromSeconds(10));
        await server.UntilAsync(there, "cancelled", TimeSpan.FromSeconds(10));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task A_job_of_a_killed_server_is_taken_over_and_the_attempt_counts(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var first = await JobsServer.StartAsync(engine, folder, "--job-lease", "6s");
        var id = await first.AddAsync(Long);
        var last = await first.AddAsync("""{"kind":"noop","input":{"milliseconds":600000},"max_attempts":1}""");
        var lost = await first.UntilAsync(id, "running");
        await first.UntilAsync(last, "running");

        first.Server.Signal(TestServer.KillNow);
        await using var second = await JobsServer.BesideAsync(first.Options, "--job-lease", "6s");
        await Wait.UntilAsync(
            async () => (await second.GetAsync(id)) is var job
                && job.Text("state") == "running"
                && job.Text("holder") != lost.Text("holder"),
            "another server has it",
            TimeSpan.FromSeconds(30));

        Assert.AreEqual(2, (await second.GetAsync(id)).Number("attempts"));
        var failed = await second.UntilAsync(last, "failed");
        Assert.AreEqual("The server that ran it was lost.", failed.Text("error"));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task A_stop_hands_running_jobs_back_and_the_attempt_does_not_count(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var first = await JobsServer.StartAsync(engine, folder);
        await using var watcher = await JobsServer.BesideAsync(first.Options, "--workers", "0");
        var id = await first.AddAsync(Long);
        await first.UntilAsync(id, "running");

        first.Server.Signal(TestServer.Terminate);
        var exitCode = await first.Server.WaitForExitAsync();
        var job = await watcher.GetAsync(id);

        Assert.AreEqual(0, exitCode, first.Server.Log);
        Assert.AreEqual("waiting", job.Text("state"));
        Assert.AreEqual(0, job.Number("attempts"));
        Assert.AreEqual("", job.Text("error"));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task A_server_without_workers_only_takes_jobs_in_and_another_finds_them_by_itself(Engine engine)
    {
        using var folder = new TemporaryFolder();
        string id;
        string[] options;
        await using (var taker = await JobsServer.StartAsync(engine, folder, "--workers", "0"))
        {
            id = await taker.AddAsync("""{"kind":"noop"}""");
            var due = await taker.AddAsync("""{"kind":"noop","run_at":"2001-01-01T00:00:00Z"}""");
            options = taker.Options;
            Assert.AreEqual("waiting", await taker.StateAsync(due));
        }
        // Nobody asks this one for anything of jobs.
        await using var worker = await TestServer.StartAsync(["--open-tokens", "--diagnostics", .. options]);
        const string Done = """tinygrep_jobs{state="done"} 2""";
        await Wait.UntilAsync(
            async () => (await worker.Http.GetStringAsync("/metrics")).Contains(Done, StringComparison.Ordinal), "both jobs are done");
        Assert.AreNotEqual("", id);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task Ended_jobs_are_forgotten_when_they_are_old(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(engine, folder, "--keep-jobs", "1s");
        var ended = await server.AddAsync("""{"kind":"noop"}""");
        var waiting = await server.AddAsync("""{"kind":"noop","run_at":"2999-12-31T23:59:59Z"}""");

        await Wait.UntilAsync(
            async () => (await server.SendAsync("GET", $"{JobsServer.Path}/{ended}")).Status == HttpStatusCode.NotFound,
            "the job is forgotten");

        Assert.AreEqual("waiting", await server.StateAsync(waiting));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_server_that_is_never_asked_for_jobs_opens_no_database()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync("--data", Path.Join(folder.Path, "data"));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(1_500)); // more than one look of the workers

        await server.Http.GetStringAsync("/api/v1/search?q=cache");
        await ticks.WaitForNextTickAsync();
        var metrics = await server.Http.GetStringAsync("/metrics");

        Assert.IsFalse(Directory.Exists(Path.Join(folder.Path, "data")));
        Assert.IsFalse(metrics.Contains("tinygrep_jobs{", StringComparison.Ordinal));
    }

    [TestMethod, Timeout(120_000)]
    public async Task Quick_jobs_do_not_wait_behind_slow_ones_while_another_server_is_idle()
    {
        using var folder = new TemporaryFolder();
        await using var server = await JobsServer.StartAsync(Engine.Sqlite, folder, "--workers", "1");
        for (var at = 0; at < 100; at++) await server.AddAsync("""{"kind":"noop"}"""); // the server learns to claim many
        await server.AddAsync(Long);
        var behind = await server.AddAsync("""{"kind":"noop"}""");

        await using var other = await JobsServer.BesideAsync(server.Options, "--workers", "1");

        await other.UntilAsync(behind, "done");
    }
}
