// What every match must contain, as the sieve checks it: at least one literal of each set, and all trigrams of a literal. The rarest come
// first, so that most groups are ruled out after a row or two.

using System.Runtime.CompilerServices;

namespace TinyGrepServer.Search;

/// <param name="sets">Sets of alternatives, each hashes of which a table has all.</param>
internal sealed class SieveQuestion(uint[][][] sets)
{
    public SieveQuestion(PatternLiterals literals)
        : this([.. literals.Sets.Select(set => set.SelectMany(literal => Trigrams.Of(literal)).ToArray())])
    {
    }

    /// <summary>The same question, what few of these groups have first.</summary>
    public SieveQuestion RarestFirst(IReadOnlyList<SieveGroup> sample)
    {
        var ordered = sets.Select(set =>
        {
            var alternatives = set.Select(hashes => Ordered(hashes, sample)).ToList();
            return (Hashes: alternatives.Select(one => one.Hashes).ToArray(), Count: alternatives.Sum(one => one.Count));
        });
        return new SieveQuestion([.. ordered.OrderBy(set => set.Count).Select(set => set.Hashes)]);
    }

    /// <summary>Which of 64 tables, a bit each, may hold a match.</summary>
    /// <param name="rows">A bit of each table in a row.</param>
    [MethodImpl(Compiled.AtOnce)]
    public ulong AskRows(ulong[] rows)
    {
        var mask = (uint)(rows.Length - 1);
        var may = ulong.MaxValue;
        foreach (var set in sets)
        {
            var any = 0ul;
            foreach (var hashes in set)
            {
                var all = may;
                foreach (var hash in hashes)
                {
                    all &= rows[hash & mask];
                    if (all == 0) break;
                }
                any |= all;
                if (any == may) break;
            }
            may = any;
            if (may == 0) break;
        }
        return may;
    }

    /// <summary>Whether a table may hold a match.</summary>
    public bool AskTable(ulong[] table)
    {
        var mask = (uint)((table.Length * BitMatrix.Size) - 1);
        foreach (var set in sets)
        {
            if (!Any(set)) return false;
        }
        return true;

        bool Any(uint[][] set)
        {
            foreach (var hashes in set)
            {
                if (All(hashes)) return true;
            }
            return false;
        }

        bool All(uint[] hashes)
        {
            foreach (var hash in hashes)
            {
                var row = hash & mask;
                if ((table[row / BitMatrix.Size] >> (int)(row % BitMatrix.Size) & 1) == 0) return false;
            }
            return true;
        }
    }

    static (uint[] Hashes, int Count) Ordered(uint[] hashes, IReadOnlyList<SieveGroup> sample)
    {
        var counts = new int[hashes.Length];
        foreach (var group in sample) group.CountTo(counts, hashes);
        var ordered = (uint[])hashes.Clone();
        Array.Sort(counts, ordered);
        return (ordered, counts.Length == 0 ? int.MaxValue : counts[0]);
    }
}
