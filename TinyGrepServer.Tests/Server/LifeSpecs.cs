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
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        var server = Kernel.Start(new CapturedLog(), new Route("GET", "/slow", async (_, _) =>
        {
            entered.SetResult();
            await leave.Task;
            return Reply.Text("done");
        }));
        var running = Http.GetStringAsync(new Uri(server.Url, "/slow"));
        await entered.Task;

        var disposing = server.DisposeAsync();
        leave.SetResult();
        await disposing;

        Assert.AreEqual("done", await running);
        Assert.IsFalse(await Ports.AnswersAsync(server.Url));
        await server.DisposeAsync();
        DisposeAtOnce(server);
        Assert.ThrowsExactly<InvalidOperationException>(server.Start);
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
