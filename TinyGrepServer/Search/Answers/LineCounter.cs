// Counts the matching lines of each dictionary where an engine counts those of something else: of a part of one, or of an input in
// which several lie one after the other. A count is handed over once its dictionary has been passed.

namespace TinyGrepServer.Search;

internal sealed class LineCounter
{
    int dictionary = -1;
    long count;

    /// <summary>A sink that counts for this one.</summary>
    /// <param name="inner">Takes the counts.</param>
    /// <param name="areCounts">Whether what comes are counts already, and not lines.</param>
    public ILineSink For(ILineSink inner, bool areCounts) => new Counting(this, inner, areCounts);

    /// <summary>Adds to the count of a dictionary, and hands over that of the one before it; false: the sink has enough.</summary>
    public bool Add(int counted, long matches, ILineSink inner)
    {
        var wanted = counted == dictionary || Flush(inner);
        dictionary = counted;
        count += matches;
        return wanted;
    }

    /// <summary>Hands over the last count.</summary>
    public bool Flush(ILineSink inner)
    {
        if (count == 0) return true;
        var line = new FoundLine { Dictionary = dictionary, Number = count, Selected = true, Text = [] };
        count = 0;
        return inner.Add(line);
    }

    /// <summary>Forgets what was counted.</summary>
    public void Clear() => (dictionary, count) = (-1, 0);

    sealed class Counting(LineCounter counter, ILineSink inner, bool areCounts) : ILineSink
    {
        public Lock Gate => inner.Gate;

        public int Held => inner.Held;

        public bool Add(in FoundLine line) => counter.Add(line.Dictionary, areCounts ? line.Number : 1, inner);

        public bool TryRestart() => inner.TryRestart();
    }
}
