// 64 places for tables of one size. While there is room it keeps the tables one by one; once 64 are there it turns them, so that a row
// has one bit of each, and a question looks at 64 blocks at once by AND-ing a few rows. When most of them have gone it turns those
// that are left back and has room again. One thread at a time changes it, any number ask meanwhile: a table and a set of rows never
// change once they can be seen.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace TinyGrepServer.Search;

/// <param name="words">The size of its tables.</param>
internal sealed class SieveGroup(int words)
{
    public const int Size = BitMatrix.Size;

    /// <summary>With so few left, the tables alone take far less room than the rows.</summary>
    const int FewLeft = Size / 4;

    /// <summary>An object, its header and a reference to it.</summary>
    const int TableOverhead = 32;

    /// <summary>Either the tables (<c>ulong[]?[]</c>) or the rows (<c>ulong[]</c>).</summary>
    object content = new ulong[]?[Size];

    ulong taken;
    ulong everTaken;

    /// <summary>The memory it needs beside that of its tables.</summary>
    public static long EmptyBytes => Size * sizeof(ulong);

    /// <summary>The words of a table.</summary>
    public int Words => words;

    public bool IsFull => taken == ulong.MaxValue;

    public bool IsEmpty => taken == 0;

    bool IsOpen => content is ulong[]?[];

    /// <summary>About how many bytes it has.</summary>
    public long Bytes => EmptyBytes + (IsOpen
        ? BitOperations.PopCount(taken) * BytesOf(words)
        : (long)words * sizeof(ulong) * Size);

    /// <summary>What one more table of that size takes.</summary>
    public static long BytesOf(int words) => (words * sizeof(ulong)) + TableOverhead;

    /// <summary>A free place; there is one unless it is full.</summary>
    public int FreePlace => BitOperations.TrailingZeroCount(~taken);

    /// <summary>Whether the place held another table before.</summary>
    public bool WasTaken(int place) => (everTaken >> place & 1) != 0;

    /// <summary>Puts a table into a free place; with the last one it turns them all.</summary>
    public void Put(int place, ulong[] table)
    {
        var tables = (ulong[]?[])content;
        Volatile.Write(ref tables[place], table);
        taken |= 1ul << place;
        everTaken |= 1ul << place;
        if (IsFull) Volatile.Write(ref content, Turned(tables!));
    }

    /// <summary>Gives a place back. Returns true where there is room now, and was none before.</summary>
    public bool Free(int place)
    {
        taken &= ~(1ul << place);
        if (content is ulong[]?[] tables)
        {
            Volatile.Write(ref tables[place], null);
            return false;
        }
        if (BitOperations.PopCount(taken) > FewLeft) return false;
        Volatile.Write(ref content, TurnedBack((ulong[])content));
        return true;
    }

    /// <summary>The places that may hold a match, a bit each; one that is free may.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public ulong Ask(SieveQuestion question)
    {
        var now = Volatile.Read(ref content);
        if (now is ulong[] rows) return question.AskRows(rows);
        var may = 0ul;
        var tables = (ulong[]?[])now;
        for (var place = 0; place < Size; place++)
        {
            if (Volatile.Read(ref tables[place]) is not { } table || question.AskTable(table)) may |= 1ul << place;
        }
        return may;
    }

    /// <summary>Adds how many of its tables have each of the trigrams, where it has rows.</summary>
    public void CountTo(Span<int> counts, ReadOnlySpan<uint> hashes)
    {
        if (Volatile.Read(ref content) is not ulong[] rows) return;
        for (var at = 0; at < hashes.Length; at++) counts[at] += BitOperations.PopCount(rows[hashes[at] & (uint)(rows.Length - 1)]);
    }

    ulong[] Turned(ulong[][] tables)
    {
        var rows = new ulong[words * Size];
        var matrix = default(BitMatrix);
        for (var word = 0; word < words; word++)
        {
            for (var place = 0; place < Size; place++) matrix[place] = tables[place][word];
            matrix.Transpose();
            ((ReadOnlySpan<ulong>)matrix).CopyTo(rows.AsSpan(word * Size));
        }
        return rows;
    }

    ulong[]?[] TurnedBack(ulong[] rows)
    {
        var tables = new ulong[]?[Size];
        for (var left = taken; left != 0; left &= left - 1) tables[BitOperations.TrailingZeroCount(left)] = new ulong[words];
        var matrix = default(BitMatrix);
        for (var word = 0; word < words; word++)
        {
            rows.AsSpan(word * Size, Size).CopyTo(matrix);
            matrix.Transpose();
            for (var place = 0; place < Size; place++)
            {
                if (tables[place] is { } table) table[word] = matrix[place];
            }
        }
        return tables;
    }
}
