// GET /metrics: listens to the server's Meter and writes what it has heard in Prometheus' text format. Names and units
// follow OpenTelemetry's rules for Prometheus: dots become underscores, the unit s becomes _seconds, counters get _total.

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal sealed class PrometheusExporter : IDisposable
{
    readonly MeterListener listener = new();
    readonly ConcurrentDictionary<Instrument, Family> families = new();

    public PrometheusExporter(Meter meter)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter != meter) return;
            families[instrument] = new Family(instrument);
            self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => families[instrument].Record(value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => families[instrument].Record(value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => families[instrument].Record(value, tags));
        listener.Start();
    }

    public Route Route => new("GET", "/metrics", (_, _) => Task.FromResult(Reply.Text(Write(), "text/plain; version=0.0.4; charset=utf-8")))
    {
        Group = "Operation",
        Summary = "Counters, gauges and histograms in Prometheus' text format.",
        ReplyContentTypes = ["text/plain"],
        ServedWhileDraining = true,
        Example = "-s {url}/metrics",
    };

    public void Dispose() => listener.Dispose();

    string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)) family.Write(text);
        return text.ToString();
    }

    /// <summary>One metric with all its label sets.</summary>
    sealed class Family(Instrument instrument)
    {
        // OpenTelemetry's advice for http.server.request.duration, in seconds.
        static readonly double[] Durations = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

        readonly ConcurrentDictionary<TagValues, Series> series = new();
        readonly bool isHistogram = instrument is Histogram<double> or Histogram<int>;
        readonly double[] limits = instrument is Histogram<int> { Advice.HistogramBucketBoundaries: { } own } ? [.. own] : Durations;
        readonly bool isObservable = instrument.IsObservable;

        public string Name { get; } = NameOf(instrument);

        public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var one = Find(tags);
            lock (one)
            {
                one.Sum = isObservable ? value : one.Sum + value;
                one.Count++;
                if (!isHistogram) return;
                for (var at = 0; at < limits.Length; at++)
                {
                    if (value <= limits[at]) one.Buckets[at]++;
                }
            }
        }

        public void Write(StringBuilder text)
        {
            var type = isHistogram ? "histogram" : IsCounter(instrument) ? "counter" : "gauge";
            text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {instrument.Description}\n# TYPE {Name} {type}\n");
            foreach (var one in series.Values.OrderBy(one => one.Labels, StringComparer.Ordinal))
            {
                lock (one)
                {
                    var labels = one.Labels.Length > 0 ? $"{{{one.Labels}}}" : "";
                    if (isHistogram) WriteHistogram(text, one.Labels, one);
                    else text.Append(CultureInfo.InvariantCulture, $"{Name}{labels} {one.Sum}\n");
                }
            }
        }

        void WriteHistogram(StringBuilder text, string labels, Series one)
        {
            var comma = labels.Length > 0 ? "," : "";
            for (var at = 0; at < limits.Length; at++)
                text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{labels}{comma}le=\"{limits[at]}\"}} {one.Buckets[at]}\n");
            text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{labels}{comma}le=\"+Inf\"}} {one.Count}\n");
            text.Append(CultureInfo.InvariantCulture, $"{Name}_sum{{{labels}}} {one.Sum}\n{Name}_count{{{labels}}} {one.Count}\n");
        }

        /// <summary>The labels are written out once a series, not once a measurement.</summary>
        Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var values = new TagValues(tags);
            return series.TryGetValue(values, out var known) ? known : series.GetOrAdd(values, new Series(Labels(tags), limits.Length));
        }

        static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.IsEmpty) return "";
            var text = new StringBuilder();
            foreach (var (name, value) in tags)
            {
                if (text.Length > 0) text.Append(',');
                var escaped = Convert.ToString(value, CultureInfo.InvariantCulture)!.Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
                text.Append(name.Replace('.', '_')).Append("=\"").Append(escaped).Append('"');
            }
            return text.ToString();
        }

        static string NameOf(Instrument instrument)
        {
            var name = instrument.Name.Replace('.', '_');
            if (instrument.Unit == "s") name += "_seconds";
            if (instrument.Unit == "By") name += "_bytes";
            return IsCounter(instrument) ? name + "_total" : name;
        }

        static bool IsCounter(Instrument instrument) => instrument.GetType().Name is "Counter`1" or "ObservableCounter`1";
    }

    /// <summary>The values of an instrument's tags, whose names are always the same three or fewer.</summary>
    readonly record struct TagValues(object? First, object? Second, object? Third)
    {
        public TagValues(ReadOnlySpan<KeyValuePair<string, object?>> tags)
            : this(tags.Length > 0 ? tags[0].Value : null, tags.Length > 1 ? tags[1].Value : null, tags.Length > 2 ? tags[2].Value : null)
        {
            if (tags.Length > 3) throw new ArgumentException("An instrument of this server has at most three tags.");
        }
    }

    sealed class Series(string labels, int buckets)
    {
        public string Labels => labels;

        public long[] Buckets { get; } = new long[buckets];

        public double Sum { get; set; }

        public long Count { get; set; }
    }
}
