// One pass over a text, in whatever parts it comes: its facts, and its blocks for the sieve. A block ends with the first line that
// reaches its size, so nothing has to be looked at twice; a line that is longer than a block makes a longer block.

using System.Runtime.CompilerServices;

namespace TinyGrepServer.Search;

/// <summary>Used for one text after another, by one thread.</summary>
/// <param name="sieve">Who takes the blocks.</param>
internal sealed class TextPass(Sieve sieve)
{
    /// <summary>
    /// What a block has, to the end of a line: large enough for few slots, small enough that a log's block does not hold nearly every
    /// sequence of three digits.
    /// </summary>
    public const int BlockBytes = 32 << 10;

    const byte Newline = (byte)'\n';

    readonly TrigramTable table = new();
    readonly List<TextBlock> blocks = [];
    TextTraits traits = new();
    long expected;
    long length;
    long lines;
    long blockBegin;
    long linesBefore;

    /// <summary>Begins a text.</summary>
    /// <param name="expectedLength">Its bytes, as far as they are known.</param>
    public void Start(long expectedLength)
    {
        Abandon();
        expected = expectedLength;
        table.Start(expectedLength);
    }

    /// <summary>The next part of the text.</summary>
    public void Take(ReadOnlySpan<byte> part)
    {
        while (!part.IsEmpty)
        {
            var bytes = RestOfBlock(part);
            Look(part[..bytes]);
            if (length - blockBegin >= BlockBytes && part[bytes - 1] == Newline) EndBlock();
            part = part[bytes..];
        }
    }

    /// <summary>The text ends here; its facts.</summary>
    public FileFacts End(TextForm form)
    {
        if (length > blockBegin) EndBlock();
        var facts = Facts(form, [.. blocks]);
        Clear();
        return facts;
    }

    /// <summary>The same for a text that was not read to its end: it has one block, which may hold anything.</summary>
    public FileFacts EndIncomplete(TextForm form)
    {
        sieve.Remove(blocks.Select(block => block.Slot));
        var facts = Facts(form, [new TextBlock(0, 0, -1)]);
        Clear();
        return facts;
    }

    /// <summary>Gives up the text that was begun, if any, and its blocks.</summary>
    public void Abandon()
    {
        if (blocks.Count > 0) sieve.Remove(blocks.Select(block => block.Slot));
        Clear();
    }

    /// <summary>How many bytes of the part belong to the block that is begun.</summary>
    int RestOfBlock(ReadOnlySpan<byte> part)
    {
        var last = (int)Math.Max(0, BlockBytes - (length - blockBegin) - 1);
        if (last >= part.Length) return part.Length;
        var end = part[last..].IndexOf(Newline);
        return end < 0 ? part.Length : last + end + 1;
    }

    [MethodImpl(Compiled.AtOnce)]
    void Look(ReadOnlySpan<byte> bytes)
    {
        table.Add(bytes);
        traits.Add(bytes);
        lines += bytes.Count(Newline);
        length += bytes.Length;
    }

    void EndBlock()
    {
        var slot = table.Take() is { } bits ? sieve.Add(bits) : -1;
        if (slot >= 0 || blocks is not [.., { Slot: < 0 }]) blocks.Add(new TextBlock(blockBegin, linesBefore, slot)); // else one with it
        blockBegin = length;
        linesBefore = lines;
        table.Start(expected - length);
    }

    /// <summary>Of a binary file nothing was read, so nothing is claimed.</summary>
    FileFacts Facts(TextForm form, TextBlock[] found) => new()
    {
        Form = form,
        Length = length,
        Lines = lines + (traits.IsWithinLine ? 1 : 0),
        IsAscii = traits.IsAscii && form != TextForm.Binary,
        FoldsToAscii = traits.FoldsToAscii || form == TextForm.Binary,
        HasCarriageReturns = traits.HasReturns || form == TextForm.Binary,
        Blocks = found,
    };

    void Clear()
    {
        table.Clear();
        blocks.Clear();
        traits = new TextTraits();
        (expected, length, lines, blockBegin, linesBefore) = (0, 0, 0, 0, 0);
    }
}
