// What is remembered about clients, one entry per user or address. Strangers choose the keys, so the table is bounded: beyond its limit
// the oldest entry is evicted, never all of them, and a metric counts it. It has no lock; its owner's lock guards it.

using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace TinyGrepServer.Access;

internal sealed class BoundedTable<TKey, TValue>
    where TKey : notnull
{
    /// <summary>Entries in any one table; one takes a few hundred bytes.</summary>
    public const int MaxEntries = 10_000;

    readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> entries = [];
    readonly LinkedList<(TKey Key, TValue Value)> byAge = [];
    readonly string name;
    readonly TableMetrics metrics;

    public BoundedTable(string name, TableMetrics metrics)
    {
        (this.name, this.metrics) = (name, metrics);
        metrics.Watch(name, () => entries.Count);
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var isThere = entries.TryGetValue(key, out var node);
        value = isThere ? node!.Value.Value : default;
        return isThere;
    }

    /// <summary>Sets an entry, which then is the youngest.</summary>
    public void Set(TKey key, TValue value)
    {
        Remove(key);
        if (entries.Count == MaxEntries)
        {
            Remove(byAge.First!.Value.Key);
            metrics.CountEvicted(name);
        }
        entries[key] = byAge.AddLast((key, value));
    }

    public void Remove(TKey key)
    {
        if (entries.Remove(key, out var node)) byAge.Remove(node);
    }
}

/// <summary>How many entries the tables have, and how many had to go.</summary>
internal sealed class TableMetrics
{
    readonly List<(string Table, Func<int> Count)> tables = [];
    readonly Counter<long> evicted;

    public TableMetrics(Meter meter)
    {
        meter.CreateObservableGauge(
            "tinygrep.access.entries", Observe, "{entry}", "Users and addresses remembered for limits, by table.");
        evicted = meter.CreateCounter<long>(
            "tinygrep.access.evicted", "{entry}", "Entries that a full table has forgotten before their time.");
    }

    public void Watch(string table, Func<int> count) => tables.Add((table, count));

    public void CountEvicted(string table) => evicted.Add(1, new KeyValuePair<string, object?>("table", table));

    IEnumerable<Measurement<int>> Observe() =>
        tables.Select(one => new Measurement<int>(one.Count(), new KeyValuePair<string, object?>("table", one.Table)));
}
