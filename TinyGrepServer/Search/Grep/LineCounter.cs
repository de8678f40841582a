// Counts the matching lines of each dictionary where grep counts those of something else: of its standard input, in which several
// dictionaries lie one after the other, or of a part of one. A count is handed over once its dictionary has been passed.

namespace TinyGrepServer.Search;

internal sealed class LineCounter
{
    int dictionary = -1;
    long count;

    /// <summary>A sink that counts for this one.</summary>
    /// <param name="inner">Takes the counts.</param>
    /// <param name="areCounts">Whether what comes are counts already, and not lines.</param>
    public ILineSink For(ILineSink inner, bool areCounts) => new Counting(this, inner, areCounts);

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

        public bool Add(in FoundLine line)
        {
            var wanted = line.Dictionary == counter.dictionary || counter.Flush(inner);
            counter.dictionary = line.Dictionary;
            counter.count += areCounts ? line.Number : 1;
            return wanted;
        }

        public bool TryRestart() => inner.TryRestart();
    }
}
