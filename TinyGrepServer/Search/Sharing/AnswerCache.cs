// The cache of answers, as the bytes that are sent, compressed forms included. The key holds the versions of the files, so an answer
// about a changed file is never found again; the least recently used ones are evicted.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class AnswerCache(long capacity)
{
    /// <summary>What an entry costs beside its bytes: key, nodes, headers.</summary>
    const int Overhead = 512;

    readonly Lock gate = new();
    readonly Dictionary<string, LinkedListNode<Entry>> entries = new(StringComparer.Ordinal);
    readonly LinkedList<Entry> byAge = new(); // most recently used first

    /// <summary>Bytes in use.</summary>
    public long Bytes { get; private set; }

    public Reply? Get(string key)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(key, out var node)) return null;
            byAge.Remove(node);
            byAge.AddFirst(node);
            return node.Value.Reply;
        }
    }

    public void Put(string key, Reply reply)
    {
        var size = reply.Body.Length + (2L * key.Length) + Overhead;
        if (size > capacity) return;
        lock (gate)
        {
            if (entries.ContainsKey(key)) return;
            var entry = new Entry(key, size);
            entry.Reply = reply with { Forms = new CompressedForms(more => Grow(entry, more)) };
            entries[key] = byAge.AddFirst(entry);
            Bytes += size;
            Trim();
        }
    }

    void Grow(Entry entry, int more)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(entry.Key, out var node) || node.Value != entry) return; // evicted, perhaps made again
            entry.Size += more;
            Bytes += more;
            Trim();
        }
    }

    void Trim()
    {
        while (Bytes > capacity && byAge.Last is { } oldest)
        {
            byAge.RemoveLast();
            entries.Remove(oldest.Value.Key);
            Bytes -= oldest.Value.Size;
        }
    }

    sealed class Entry(string key, long size)
    {
        public string Key => key;

        public long Size { get; set; } = size;

        public Reply? Reply { get; set; }
    }
}
