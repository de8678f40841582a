// The longest line of a text that comes in parts. Lines that are no longer than the longest so far are not looked at one by one: the
// last line end within its reach is sought, and all before it is passed over.

using System.Runtime.CompilerServices;

namespace TinyGrepServer.Search;

internal struct LineLengths
{
    const byte Newline = (byte)'\n';

    long longest;
    long unfinished;

    /// <summary>The bytes of the longest line so far, one that has not ended included.</summary>
    public readonly long Longest => Math.Max(longest, unfinished);

    /// <summary>Whether the text ends within a line.</summary>
    public readonly bool IsWithinLine => unfinished > 0;

    [MethodImpl(Compiled.AtOnce)]
    public void Add(ReadOnlySpan<byte> part)
    {
        var end = part.IndexOf(Newline);
        if (end < 0)
        {
            unfinished += part.Length;
            return;
        }
        longest = Math.Max(longest, unfinished + end);
        var rest = part[(end + 1)..];
        while (rest.Length > longest)
        {
            var reach = (int)longest + 1;
            end = rest[..reach].LastIndexOf(Newline);
            if (end < 0)
            {
                var beyond = rest[reach..].IndexOf(Newline);
                if (beyond < 0) break;
                longest = end = reach + beyond;
            }
            rest = rest[(end + 1)..];
        }
        unfinished = rest.Length - (rest.LastIndexOf(Newline) + 1);
    }
}
