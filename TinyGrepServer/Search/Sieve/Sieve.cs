// A filter that says of blocks of text "this one cannot match", and never says so wrongly. Each block is a table of the hashes of its
// trigrams; 64 tables of one size are a group. It is bounded in bytes: a block beyond them has no slot and may hold anything.
//
// Questions take no lock: they read what there is. So the stamp of a group changes before a slot's new table can be seen, and a mask
// trusts only groups whose stamp is unchanged.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace TinyGrepServer.Search;

/// <param name="maxBytes">The most it may take.</param>
internal sealed class Sieve(long maxBytes)
{
    /// <summary>A slot is a group's number and a place in it.</summary>
    public const int GroupShift = 6;

    const int SampledGroups = 16;

    /// <summary>Up to this many files, looking at each is faster than keeping a list.</summary>
    const int FewFiles = 256;

    readonly Lock gate = new();
    readonly Stack<int> freeNumbers = [];

    /// <summary>The groups that have room, by the logarithm of their tables' size.</summary>
    readonly Stack<int>[] open = [.. Enumerable.Range(0, Trigrams.HashBits).Select(_ => new Stack<int>())];

    /// <summary>What was listed for those who ask, as long as somebody has their list of files.</summary>
    readonly ConditionalWeakTable<IReadOnlyList<DictionaryFile>, SlotList> lists = [];

    Shelf shelf = new([], []);
    int epoch;
    int count;
    long bytes;
    bool isFull;

    /// <summary>The most it may take.</summary>
    public long MaxBytes => maxBytes;

    /// <summary>The memory it takes.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>Whether a block was refused since the last removal.</summary>
    public bool IsFull => Volatile.Read(ref isFull);

    /// <summary>Which lists of slots are good: those of this number.</summary>
    public int Epoch => Volatile.Read(ref epoch);

    /// <summary>Ends the epoch: between withdrawing facts and removing their slots, and when more is known than the lists have.</summary>
    public void EndEpoch() => Interlocked.Increment(ref epoch);

    /// <summary>The slots of a list of files; null where it is short, or is asked for the first time.</summary>
    public SlotList? SlotsOf(IReadOnlyList<DictionaryFile> files)
    {
        if (files.Count < FewFiles) return null;
        var now = Epoch; // before the facts are looked at
        if (!lists.TryGetValue(files, out var list))
        {
            lists.AddOrUpdate(files, SlotList.None);
            return null;
        }
        if (list.Epoch == now) return list;
        list = new SlotList(files, now);
        lists.AddOrUpdate(files, list);
        return list;
    }

    /// <summary>Takes a block in.</summary>
    /// <param name="table">What <see cref="TrigramTable.Take"/> gave; it is the sieve's from now on.</param>
    /// <returns>Its slot; -1: there is no room for it.</returns>
    public int Add(ulong[] table)
    {
        lock (gate)
        {
            var rooms = open[BitOperations.Log2((uint)table.Length)];
            var needed = SieveGroup.BytesOf(table.Length) + (rooms.Count == 0 ? SieveGroup.EmptyBytes : 0);
            if (bytes + needed > maxBytes)
            {
                Volatile.Write(ref isFull, true);
                return -1;
            }
            if (rooms.Count == 0) rooms.Push(NewGroup(table.Length));
            var number = rooms.Peek();
            var group = shelf.Groups[number]!;
            var place = group.FreePlace;
            if (group.WasTaken(place)) shelf.Renew(number);
            var before = group.Bytes;
            group.Put(place, table);
            Interlocked.Add(ref bytes, group.Bytes - before);
            if (group.IsFull) rooms.Pop();
            return (number << GroupShift) | place;
        }
    }

    /// <summary>Takes blocks out. Whoever names their slots must have been withdrawn before.</summary>
    /// <param name="slots">What <see cref="Add"/> gave; -1 is passed over.</param>
    public void Remove(IEnumerable<int> slots)
    {
        lock (gate)
        {
            foreach (var slot in slots)
            {
                if (slot >= 0) Remove(slot >> GroupShift, slot & (SieveGroup.Size - 1));
            }
            Volatile.Write(ref isFull, false);
        }
    }

    /// <summary>Which blocks may hold a match.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public SieveMask Ask(PatternLiterals literals)
    {
        var asked = Volatile.Read(ref shelf);
        var may = new ulong[Math.Min(Volatile.Read(ref count), asked.Groups.Length)];
        var stamps = new int[may.Length];
        var question = new SieveQuestion(literals).RarestFirst(Sample(asked, may.Length));
        for (var number = 0; number < may.Length; number++)
        {
            stamps[number] = asked.Stamp(number); // before the group is looked at
            may[number] = asked.Group(number)?.Ask(question) ?? ulong.MaxValue;
        }
        return new SieveMask(this, may, stamps);
    }

    internal int Stamp(int group) => Volatile.Read(ref shelf).Stamp(group);

    static List<SieveGroup> Sample(Shelf shelf, int count)
    {
        List<SieveGroup> sample = [];
        var step = Math.Max(1, count / SampledGroups);
        for (var number = 0; number < count; number += step)
        {
            if (shelf.Group(number) is { } group) sample.Add(group);
        }
        return sample;
    }

    int NewGroup(int words)
    {
        if (!freeNumbers.TryPop(out var number))
        {
            number = count;
            if (number == shelf.Groups.Length) Volatile.Write(ref shelf, shelf.Grown());
            Volatile.Write(ref count, count + 1);
        }
        var group = new SieveGroup(words);
        Volatile.Write(ref shelf.Groups[number], group);
        Interlocked.Add(ref bytes, group.Bytes);
        return number;
    }

    void Remove(int number, int place)
    {
        var group = shelf.Groups[number]!;
        var rooms = open[BitOperations.Log2((uint)group.Words)];
        var before = group.Bytes;
        if (group.Free(place)) rooms.Push(number);
        Interlocked.Add(ref bytes, group.Bytes - before);
        if (group.IsEmpty && rooms.Count > 1) Drop(number, rooms);
    }

    /// <summary>An empty group gives its memory and its number back; the last one of its size stays.</summary>
    void Drop(int number, Stack<int> rooms)
    {
        var others = rooms.Where(other => other != number).Reverse().ToList();
        rooms.Clear();
        others.ForEach(rooms.Push);
        Interlocked.Add(ref bytes, -shelf.Groups[number]!.Bytes);
        shelf.Renew(number);
        Volatile.Write(ref shelf.Groups[number], null);
        freeNumbers.Push(number);
    }

    /// <summary>The groups by their numbers, and a stamp of each, which changes when one of its slots gets another meaning.</summary>
    sealed class Shelf(SieveGroup?[] groups, int[] stamps)
    {
        const int Smallest = 64;

        public SieveGroup?[] Groups => groups;

        public SieveGroup? Group(int number) => Volatile.Read(ref groups[number]);

        public int Stamp(int number) => Volatile.Read(ref stamps[number]);

        public void Renew(int number) => Volatile.Write(ref stamps[number], stamps[number] + 1);

        public Shelf Grown()
        {
            var size = Math.Max(Smallest, groups.Length * 2);
            var (moreGroups, moreStamps) = (new SieveGroup?[size], new int[size]);
            groups.CopyTo(moreGroups, 0);
            stamps.CopyTo(moreStamps, 0);
            return new Shelf(moreGroups, moreStamps);
        }
    }
}
