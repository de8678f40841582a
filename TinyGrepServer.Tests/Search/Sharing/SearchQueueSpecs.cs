// A turn is taken once and given back once, and who waits in vain is told how long it was.

using System.Diagnostics.Metrics;
using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class SearchQueueSpecs
{
    static readonly SearchSettings OneAtATime = new() { MaxSearches = 1, Timeout = TimeSpan.FromSeconds(10) };

    [TestMethod, Timeout(60_000)]
    public async Task The_refusal_names_the_time_that_was_waited()
    {
        using var meter = new Meter("test");
        var queue = new SearchQueue(OneAtATime, meter);
        using var running = await queue.EnterAsync(new SearchClock(TimeSpan.FromMinutes(1)), "", "grep", CancellationToken.None);

        var refused = await Assert.ThrowsExactlyAsync<ApiError>(
            () => queue.EnterAsync(new SearchClock(TimeSpan.FromMilliseconds(50)), "", "grep", CancellationToken.None));

        Assert.AreEqual("The search waited 0.05 s for a turn.", refused.Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_turn_given_back_twice_counts_once()
    {
        using var meter = new Meter("test");
        var queue = new SearchQueue(OneAtATime, meter);
        var ticket = await queue.EnterAsync(new SearchClock(TimeSpan.FromMinutes(1)), "", "grep", CancellationToken.None);

        ticket.Dispose();
        ticket.Dispose();

        Assert.AreEqual(0, Running(meter));
    }

    static int Running(Meter meter)
    {
        var running = int.MinValue;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == meter && instrument.Name == "tinygrep.searches.running") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => running = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return running;
    }
}
