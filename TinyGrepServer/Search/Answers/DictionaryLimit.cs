// Ends what one dictionary may contribute to an answer, where an engine cannot: several dictionaries lie in one input, or one in parts.

namespace TinyGrepServer.Search;

/// <summary>Lets so many matches of each dictionary pass, and nothing of it after them.</summary>
/// <param name="most">One more than the answer shows, so that it knows of more; null: all pass.</param>
internal sealed class DictionaryLimit(long? most)
{
    int dictionary = -1;
    long passed;

    /// <summary>Whether nothing of this dictionary passes any more.</summary>
    public bool IsReached(int asked) => passed >= most && dictionary == asked;

    /// <summary>Forgets what has passed.</summary>
    public void Clear() => (dictionary, passed) = (-1, 0);

    /// <summary>A sink that lets pass what may.</summary>
    public ILineSink For(ILineSink inner) => most is null ? inner : new Limiting(this, inner);

    sealed class Limiting(DictionaryLimit limit, ILineSink inner) : ILineSink
    {
        public Lock Gate => inner.Gate;

        public int Held => inner.Held;

        public bool Add(in FoundLine line)
        {
            if (limit.dictionary != line.Dictionary) (limit.dictionary, limit.passed) = (line.Dictionary, 0);
            if (limit.IsReached(line.Dictionary)) return true;
            if (line.Selected) limit.passed++;
            return inner.Add(line);
        }

        public bool TryRestart() => inner.TryRestart();
    }
}
