// What kind of characters a text has, told while it comes in parts. What is found is not looked for again.

using System.Runtime.CompilerServices;
using System.Text;

namespace TinyGrepServer.Search;

internal struct TextTraits()
{
    PartBorder border = new();
    bool hasReturns;

    /// <summary>Whether every byte is ASCII.</summary>
    public bool IsAscii { get; private set; } = true;

    /// <summary>Whether there is a character beyond ASCII that is an ASCII letter where case is ignored.</summary>
    public bool FoldsToAscii { get; private set; }

    /// <summary>Whether a carriage return stands before a newline or at the end.</summary>
    public readonly bool HasReturns => hasReturns || border.Last.EndsWith("\r"u8);

    /// <summary>Whether it ends within a line.</summary>
    public readonly bool IsWithinLine => border.Last is [.., not (byte)'\n'];

    public void Add(ReadOnlySpan<byte> part)
    {
        Look(border.Cross(part)); // the characters sought have three bytes at most
        Look(part);
    }

    [MethodImpl(Compiled.AtOnce)]
    void Look(ReadOnlySpan<byte> text)
    {
        hasReturns = hasReturns || text.IndexOf("\r\n"u8) >= 0;
        if (FoldsToAscii || Ascii.IsValid(text)) return;
        IsAscii = false;
        foreach (var letter in PatternLiterals.FoldToAscii) FoldsToAscii = FoldsToAscii || text.IndexOf(letter) >= 0;
    }
}
