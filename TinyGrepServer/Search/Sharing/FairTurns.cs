// A fixed number of turns, and the queues for them. Each client has a queue of its own, and the queues take turns, so a client with a
// thousand requests holds up only itself. Where all places are taken, a newcomer takes the last place of the longest queue, unless that
// is its own.

namespace TinyGrepServer.Search;

/// <param name="turns">How many may be had at once.</param>
/// <param name="places">How many may wait; those that return are let in beyond it.</param>
internal sealed class FairTurns(int turns, int places)
{
    readonly Lock gate = new();
    readonly Dictionary<string, LinkedList<Waiter>> lines = new(StringComparer.Ordinal);

    /// <summary>The askers that have a line, the next one first.</summary>
    readonly LinkedList<string> rotation = [];

    int free = turns;
    int waiting;

    /// <summary>How many wait.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>Whether a newcomer with no line yet would find neither a turn nor a free place.</summary>
    public bool IsFull
    {
        get
        {
            lock (gate) return free == 0 && waiting >= places;
        }
    }

    /// <summary>Takes a turn or a place in the asker's line.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="returns">The asker has had a turn before: it is never refused, and never pushed out.</param>
    /// <returns>Ends with the turn; false: there was no place, or another asker has taken it.</returns>
    public async Task<bool> TakeAsync(string asker, bool returns, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                return true;
            }
            if (!returns && waiting >= places && !MakePlace(asker)) return false;
            waiter = new Waiter(asker, returns);
            Append(waiter);
        }
        using (cancellationToken.UnsafeRegister(_ => Cancel(waiter, cancellationToken), null)) return await waiter.Turn.Task;
    }

    /// <summary>Gives a turn back: to the first of the line that is next.</summary>
    public void GiveBack()
    {
        lock (gate)
        {
            if (rotation.First is not { Value: var asker })
            {
                free++;
                return;
            }
            var next = lines[asker].First!.Value;
            Remove(next);
            if (lines.ContainsKey(asker))
            {
                rotation.RemoveFirst();
                rotation.AddLast(asker);
            }
            next.Turn.SetResult(true);
        }
    }

    /// <summary>Pushes out the last of the longest line, where it stays longer than the newcomer's.</summary>
    bool MakePlace(string asker)
    {
        if (lines.Values.MaxBy(line => line.Count) is not { } longest) return false; // there are no places at all
        var own = lines.TryGetValue(asker, out var line) ? line.Count : 0;
        for (var last = longest.Last; last is not null && longest.Count > own + 1; last = last.Previous)
        {
            if (last.Value.Returns) continue;
            Remove(last.Value);
            last.Value.Turn.SetResult(false);
            return true;
        }
        return false;
    }

    void Append(Waiter waiter)
    {
        if (!lines.TryGetValue(waiter.Asker, out var line))
        {
            lines[waiter.Asker] = line = [];
            rotation.AddLast(waiter.Asker);
        }
        waiter.Node = line.AddLast(waiter);
        waiting++;
    }

    void Remove(Waiter waiter)
    {
        var line = lines[waiter.Asker];
        line.Remove(waiter.Node!);
        waiter.Node = null;
        waiting--;
        if (line.Count > 0) return;
        lines.Remove(waiter.Asker);
        rotation.Remove(waiter.Asker);
    }

    void Cancel(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (waiter.Node is null) return; // has its turn, or was pushed out
            Remove(waiter);
            waiter.Turn.SetCanceled(cancellationToken);
        }
    }

    sealed class Waiter(string asker, bool returns)
    {
        public string Asker => asker;

        public bool Returns => returns;

        public TaskCompletionSource<bool> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Its place in the line; null once it has left it.</summary>
        public LinkedListNode<Waiter>? Node { get; set; }
    }
}
