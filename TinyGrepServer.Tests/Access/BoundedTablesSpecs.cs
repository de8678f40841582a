// The buckets of rate limits: as many as the table holds, whoever asks, and the one that was used longest ago goes first.

using System.Diagnostics.Metrics;
using System.Net;
using TinyGrepServer.Access;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Access;

[TestClass]
public sealed class BoundedTablesSpecs
{
    [TestMethod]
    public void Addresses_without_end_take_no_memory_without_end_and_leave_those_alone_who_ask_often()
    {
        using var meter = new Meter("test");
        Dictionary<string, int> entries = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == meter && instrument.Name == "tinygrep.access.entries") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => entries[(string)tags[0].Value!] = value);
        listener.Start();
        var limits = new RateLimits(
            new AccessSettings { RateLimitAddress = new Rate(1, TimeSpan.FromHours(1)) }, meter, new TableMetrics(meter));
        var home = IPAddress.Parse("192.0.2.1");

        limits.TakeAddress(home);
        limits.TakeAddress(home);
        for (var at = 0; at < 25_000; at++)
        {
            limits.TakeAddress(new IPAddress([10, (byte)(at >> 16), (byte)(at >> 8), (byte)at]));
            if (at % 5_000 == 0) Assert.ThrowsExactly<ApiError>(() => limits.TakeAddress(home), $"after {at} others");
        }
        listener.RecordObservableInstruments();

        Assert.AreEqual(10_000, entries["rate_limited_addresses"]);
        Assert.AreEqual(0, entries["rate_limited_users"]);
    }
}
