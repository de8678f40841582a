// Limits the matches per dictionary where an engine cannot: because one input holds several dictionaries, or one is read in parts.

namespace TinyGrepServer.Search;

/// <summary>Lets so many matches of each dictionary pass, with the lines after the last of them, as grep -m does.</summary>
/// <param name="max">One more than the answer shows, so that it knows of more; null: all pass.</param>
/// <param name="after">Lines of context after a match.</param>
internal sealed class DictionaryLimit(long? max, int after)
{
    int dictionary = -1;
    long passed;
    long last; // the number of the last line that passes, once all matches have

    /// <summary>Whether no more matches of this dictionary pass.</summary>
    public bool IsReached(int asked) => passed >= max && dictionary == asked;

    /// <summary>Forgets what has passed.</summary>
    public void Clear() => (dictionary, passed) = (-1, 0);

    /// <summary>A sink that lets pass what may.</summary>
    public ILineSink For(ILineSink inner) => max is null ? inner : new Limiting(this, inner);

    /// <summary>Whether the line is of a match that passes, or before one.</summary>
    bool Passes(in FoundLine line)
    {
        if (dictionary != line.Dictionary) (dictionary, passed) = (line.Dictionary, 0);
        if (passed >= max) return false;
        if (line.Selected && ++passed == max) last = line.Number + after;
        return true;
    }

    sealed class Limiting(DictionaryLimit limit, ILineSink inner) : ILineSink
    {
        public Lock Gate => inner.Gate;

        public int Held => inner.Held;

        public bool Add(in FoundLine line)
        {
            if (limit.Passes(line)) return inner.Add(line);
            if (line.Number > limit.last) return true;
            var context = new FoundLine { Dictionary = line.Dictionary, Number = line.Number, Selected = false, Text = line.Text };
            return inner.Add(context);
        }

        public bool TryRestart() => inner.TryRestart();
    }
}
