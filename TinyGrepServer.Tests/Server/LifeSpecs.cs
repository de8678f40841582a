// Starting and ending where something goes wrong: nothing may be left behind, and no loop may spin.

using System.Diagnostics.Metrics;
using System.Net;
using System.Reflection;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class LifeSpecs
{
    static readonly HttpClient Http = new();
    static readonly AsyncLocal<bool> Watched = new();

    [TestMethod, Timeout(30_000)]
    public async Task Disposing_without_closing_ends_the_accept_loop_quietly()
    {
        var log = new CapturedLog();
        var server = Kernel.Start(log, Kernel.Get("/", Reply.Text("")));

        DisposeAtOnce(server);
        await server.Accepting;

        Assert.IsEmpty(log.Lines);
        Assert.IsFalse(await Ports.AnswersAsync(server.Url));
    }

    [TestMethod, Timeout(30_000)]
    public async Task Disposing_lets_running_requests_finish_first()
    {
        var visit = new Visit();
        var server = Kernel.Start(new CapturedLog(), visit.Route("/slow"));
        var running = Http.GetStringAsync(new Uri(server.Url, "/slow"));
        await visit.Entered;

        var disposing = server.DisposeAsync();
        visit.Leave();
        await disposing;

        Assert.AreEqual("done", await running);
        Assert.IsFalse(await Ports.AnswersAsync(server.Url));
        await server.DisposeAsync();
        DisposeAtOnce(server);
        Assert.ThrowsExactly<InvalidOperationException>(server.Start);
    }

    [TestMethod, Timeout(30_000)]
    public async Task Who_comes_during_a_stop_does_not_keep_the_server_from_its_end()
    {
        var (early, late) = (new Visit(), new Visit());
        await using var server = HttpServer.Create(
            new ServerSettings { Port = 0, ShutdownTimeout = TimeSpan.FromSeconds(600) },
            _ => [early.Route("/early"), late.Route("/late") with { ServedWhileDraining = true }], [], new CapturedLog());
        server.Start();
        var first = Http.GetStringAsync(new Uri(server.Url, "/early"));
        await early.Entered;

        var draining = server.DrainAsync();
        var second = Http.GetAsync(new Uri(server.Url, "/late"));
        await late.Entered;
        early.Leave();

        Assert.IsTrue(await draining, "all that came in time has finished by itself");
        Assert.AreEqual("done", await first);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, (await second).StatusCode);
    }

    [TestMethod, Timeout(30_000)]
    public async Task The_accept_loop_pauses_after_an_error_and_goes_on()
    {
        var pause = TimeSpan.FromMilliseconds(100);
        var (log, time) = (new CapturedLog(), new FakeTime());
        var server = HttpServer.Create(new ServerSettings { Port = 0 }, _ => [], [], log, time: time);
        server.Start();

        ListenerOf(server).Abort(); // each accept fails from now on
        await Wait.UntilAsync(() => time.HasTimer(pause), "the first pause");
        var first = log.Errors.Count();
        time.Advance(pause);
        await Wait.UntilAsync(() => log.Errors.Count() > first && time.HasTimer(pause), "the second pause");
        var second = log.Errors.Count();
        DisposeAtOnce(server);
        await server.Accepting;

        Assert.AreEqual((1, 2), (first, second));
        Assert.AreEqual(2, log.Errors.Count(), "ended without another word");
    }

    [TestMethod, Timeout(30_000)]
    public async Task A_port_that_is_taken_leaves_nothing_of_the_app()
    {
        await using var other = Kernel.Start(new CapturedLog(), Kernel.Get("/", Reply.Text("")));
        var meters = new Meters();

        await Assert.ThrowsExactlyAsync<UsageError>(() => meters.WatchAsync(() => TinyServer.StartAsync(Quiet(other.Url.Port))));

        meters.AssertAllDisposed();
    }

    [TestMethod, Timeout(30_000)]
    public async Task A_configuration_that_throws_leaves_nothing_of_the_app()
    {
        var meters = new Meters();

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() =>
            meters.WatchAsync(() => TinyServer.StartAsync(Quiet(0), _ => throw new InvalidOperationException("mine"))));
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() =>
            meters.WatchAsync(() => TinyServer.StartAsync(Quiet(0), app => app.Add(new BrokenSlice()))));

        meters.AssertAllDisposed();
    }

    /// <summary>The abrupt way, which is what is looked at here.</summary>
    static void DisposeAtOnce(HttpServer server) => server.Dispose();

    static HttpListener ListenerOf(HttpServer server) =>
        (HttpListener)typeof(HttpServer).GetField("listener", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(server)!;

    static Settings Quiet(int port) => new()
    {
        Server = new ServerSettings { Port = port },
        Search = new SearchSettings { Folder = Path.Join(TestServer.Root, "dicts") },
        Log = new LogSettings { Level = Microsoft.Extensions.Logging.LogLevel.None },
    };

    sealed class BrokenSlice : ISlice
    {
        public string Name => "broken";

        public IReadOnlyList<Route> Routes => throw new InvalidOperationException("mine");
    }

    /// <summary>A request that stays until it is let go, or cancelled.</summary>
    sealed class Visit
    {
        readonly TaskCompletionSource entered = new();
        readonly TaskCompletionSource left = new();

        public Task Entered => entered.Task;

        public void Leave() => left.SetResult();

        public Route Route(string pattern) => new("GET", pattern, async (_, cancellationToken) =>
        {
            entered.SetResult();
            await left.Task.WaitAsync(cancellationToken);
            return Reply.Text("done");
        });
    }

    /// <summary>The meters made by one call, among all that other tests make: an app's meter goes with the app.</summary>
    sealed class Meters
    {
        readonly Lock gate = new();
        readonly HashSet<Meter> made = [];
        readonly HashSet<Meter> disposed = [];
        readonly MeterListener listener = new();

        public Meters()
        {
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (!Watched.Value) return;
                lock (gate) made.Add(instrument.Meter);
                self.EnableMeasurementEvents(instrument);
            };
            listener.MeasurementsCompleted = (instrument, _) =>
            {
                lock (gate) disposed.Add(instrument.Meter);
            };
            listener.Start();
        }

        public async Task WatchAsync(Func<Task> call)
        {
            Watched.Value = true; // seen by what this call does, not by other tests
            await call();
        }

        public void AssertAllDisposed()
        {
            lock (gate)
            {
                Assert.IsNotEmpty(made);
                Assert.IsEmpty(made.Where(meter => meter.Name == "TinyGrepServer").Except(disposed));
            }
            listener.Dispose();
        }
    }
}
