// Random blocks of text, and questions about them.

using System.Text;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

internal sealed class SieveBlocks(int seed)
{
    const string Letters = "abcdefghABCDEFGH _-{[\t";

    readonly TrigramTable table = new();
    readonly Random random = new(seed);

    public Random Random => random;

    public static PatternLiterals Literal(string literal) => new([[Encoding.UTF8.GetBytes(literal)]]);

    /// <summary>A table of a text, put in in random parts.</summary>
    public ulong[] Table(ReadOnlySpan<byte> text)
    {
        table.Start(random.Next(2) == 0 ? text.Length : TextPass.BlockBytes);
        while (!text.IsEmpty)
        {
            var part = Math.Min(text.Length, random.Next(4) == 0 ? random.Next(4) : random.Next(2_000));
            table.Add(text[..part]);
            text = text[part..];
        }
        return table.Take() ?? throw new InvalidOperationException("The table is full.");
    }

    /// <summary>A few letters in any order, so that blocks differ in what they lack; now and then bytes beyond ASCII.</summary>
    public byte[] Text(int length)
    {
        var letters = string.Concat(Enumerable.Range(0, random.Next(3, 9)).Select(_ => Letters[random.Next(Letters.Length)]));
        var text = new byte[length];
        foreach (ref var one in text.AsSpan())
            one = (byte)(random.Next(200) == 0 ? random.Next(128, 256) : letters[random.Next(letters.Length)]);
        return text;
    }

    /// <summary>Words of five letters, so many that most trigrams are there.</summary>
    public byte[] Words(int count) => Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Range(0, count)
        .Select(_ => string.Concat(Enumerable.Range(0, 5).Select(_ => (char)('a' + random.Next(26)))))));

    /// <summary>Sets of alternatives, three bytes or more each, mostly from the text, lower-cased.</summary>
    public PatternLiterals Literals(byte[] text) => new(
        [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (IReadOnlyList<byte[]>)
            [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Piece(random.Next(3) == 0 ? Text(40) : text))])]);

    byte[] Piece(byte[] text)
    {
        var length = Math.Min(text.Length, random.Next(3, 9));
        var from = random.Next(text.Length - length + 1);
        return Folded(text[from..(from + length)]);
    }

    /// <summary>Whether a match may be in the text: of each set one literal is there, whatever its case.</summary>
    /// <param name="folded">The text, folded.</param>
    public static bool Holds(PatternLiterals literals, byte[] folded) =>
        literals.Sets.All(set => set.Any(literal => folded.AsSpan().IndexOf(literal) >= 0));

    public static byte[] Folded(byte[] text) => [.. text.Select(one => one is >= (byte)'A' and <= (byte)'Z' ? (byte)(one | 0x20) : one)];
}
